"""DashScope: files within a request and uploads, as far as they are looked into."""

import pytest

from simulator.studio import IMAGE, TEXT, data_url, picture

pytestmark = pytest.mark.anyio

T2V, I2V, R2V = "wan2.6-t2v", "wan2.6-i2v-flash", "wan2.6-r2v-flash"
PICTURE = {"img_url": IMAGE}
CHARACTERS = {**TEXT, "reference_urls": [IMAGE]}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (picture(mode="RGBA"), "InvalidImage.FileFormat"),
        (picture(kind="GIF"), "InvalidImage.FileFormat"),
        (b"no image", "InvalidImage.FileFormat"),
        (picture()[:20], "InvalidImage.FileFormat"),
        (picture(239, 300), "InvalidFile.Resolution"),
        (picture(8001, 300), "InvalidFile.Resolution"),
        (picture(2400, 240), "InvalidFile.AspectRatio"),
        (picture() + b"\0" * 20 * 1024 * 1024, "InvalidFile.Size"),
    ],
    ids=["alpha", "gif", "text", "cut", "small", "wide", "narrow", "heavy"],
)
async def test_pictures_within_a_request_are_looked_into(studio, data, code):
    for model, inputs in (
        (I2V, {"img_url": data_url(data)}),
        ("wan2.7-i2v", {"media": [{"type": "first_frame", "url": data_url(data)}]}),
        ("wan2.7-r2v", {**TEXT, "media": [{"type": "reference_image", "url": data_url(data)}]}),
    ):
        assert (await studio.fault(model, inputs))[0] == code


async def test_older_models_take_smaller_files(studio):
    data = data_url(picture() + b"\0" * 11 * 1024 * 1024)
    assert (await studio.submit(I2V, {"img_url": data})).status_code == 200
    code, message = await studio.fault("wan2.2-i2v-plus", {"img_url": data})
    assert (code, message) == ("InvalidFile.Size", "Invalid file size. The image file size must be less than 10MB.")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP"])
async def test_an_image_in_the_request_is_kept_for_the_clip(studio, kind):
    made = await studio.order(I2V, {"img_url": data_url(picture(kind=kind), f"image/{kind.lower()}")})
    assert made["first_frame"].startswith("upload:")


async def test_files_that_lie_here_are_looked_into_by_any_name(studio):
    """An upload of another protocol is a file on the web, to this one."""
    answer = await studio.http.post("/v1/uploads/images", files={"file": picture(100, 100)})
    url = answer.json()["data"]["url"]
    assert (await studio.fault(I2V, {"img_url": url}))[0] == "InvalidFile.Resolution"
    assert (await studio.fault(T2V, {**TEXT, "audio_url": url}))[0] == "InvalidURL"
    video = {"media": [{"type": "reference_video", "url": url}]}
    assert (await studio.fault("wan3.0-video", video))[0] == "InvalidFile.Format"
