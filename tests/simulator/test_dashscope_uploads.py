"""DashScope: the temporary storage, from the certificate to the clip."""

import base64
import json

import httpx
import pytest

from simulator.studio import API, OTHER, TEXT, picture, sound

pytestmark = pytest.mark.anyio

MODEL = "wan2.6-i2v-flash"
RESOLVE = {"X-DashScope-OssResourceResolve": "enable"}


async def certificate(studio, model=MODEL, **more) -> dict:
    answer = await studio.http.get(f"{API}/uploads", params={"action": "getPolicy", "model": model}, **more)
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"request_id", "data"}
    return answer.json()["data"]


def form_of(signed: dict, name: str = "cat.png") -> dict[str, str]:
    return {
        "OSSAccessKeyId": signed["oss_access_key_id"],
        "Signature": signed["signature"],
        "policy": signed["policy"],
        "x-oss-object-acl": signed["x_oss_object_acl"],
        "x-oss-forbid-overwrite": signed["x_oss_forbid_overwrite"],
        "key": f"{signed['upload_dir']}/{name}",
        "success_action_status": "200",
    }


async def post(studio, form: dict[str, str], data: bytes = b"", host: str = "/oss/upload") -> httpx.Response:
    parts = [(name, (None, value)) for name, value in form.items()]
    return await studio.http.post(host, files=[*parts, ("file", ("cat.png", data))], headers={"Authorization": ""})


async def upload(studio, data: bytes, model: str = MODEL, name: str = "cat.png") -> str:
    signed = await certificate(studio, model)
    form = form_of(signed, name)
    answer = await post(studio, form, data, signed["upload_host"])
    assert (answer.status_code, answer.content) == (200, b"")
    return f"oss://{form['key']}"


async def submit(studio, url, model=MODEL, field="img_url", **more) -> httpx.Response:
    return await studio.submit(
        model, {"img_url": "https://files.test/a.png", **TEXT, field: url}, headers=RESOLVE | more
    )


async def test_the_certificate_has_the_documented_fields(studio):
    signed = await certificate(studio)
    assert signed["upload_host"] == "http://sim.test/oss/upload"
    assert signed["upload_dir"].startswith("dashscope-instant/")
    assert "/2026-09-21/" in signed["upload_dir"]
    assert (signed["expire_in_seconds"], signed["max_file_size_mb"]) == (300, 100)
    assert signed["capacity_limit_mb"] == 999_999_999
    assert (signed["x_oss_object_acl"], signed["x_oss_forbid_overwrite"]) == ("private", "true")
    policy = json.loads(base64.b64decode(signed["policy"]))
    assert policy["expiration"] == "2026-09-21T14:18:20.000Z"
    assert (await certificate(studio))["upload_dir"] != signed["upload_dir"]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({}, 400, "InvalidParameter"),
        ({"action": "other", "model": MODEL}, 400, "InvalidParameter"),
        ({"action": "getPolicy"}, 400, "BadRequest.EmptyModel"),
        ({"action": "getPolicy", "model": "wan9"}, 404, "ModelNotFound"),
    ],
)
async def test_a_certificate_is_for_a_model(studio, query, status, code):
    answer = await studio.http.get(f"{API}/uploads", params=query)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_an_upload_is_what_the_clip_is_made_from(studio, clock, monkeypatch):
    seen = []
    monkeypatch.setattr("wan_widgets.simulator.film.clips.render", lambda record, pictures, path: seen.extend(pictures))
    one = await upload(studio, picture(), name="a b/кот.png")
    two = await upload(studio, picture(color="#405060"), "wan2.6-r2v")
    three = await upload(studio, picture(color="#708090"), "wan2.7-i2v")
    answers = [
        await submit(studio, one),
        await submit(studio, [two, two], "wan2.6-r2v", "reference_urls"),
        await submit(studio, [{"type": "first_frame", "url": three}], "wan2.7-i2v", "media"),
    ]
    clock.now += 10
    for answer in answers:
        assert answer.status_code == 200, answer.text
        await studio.http.get(f"/files/{answer.json()['output']['task_id']}.mp4")
    colors = [picture.getpixel((9, 9)) for picture in seen]
    assert colors == [(16, 32, 48), (64, 80, 96), (64, 80, 96), (112, 128, 144)]


async def test_an_address_means_nothing_without_the_header(studio):
    url = await upload(studio, picture())
    assert (await submit(studio, url)).status_code == 200
    for headers in ({}, {"X-DashScope-OssResourceResolve": "disable"}):
        answer = await studio.submit(MODEL, {"img_url": url}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter.DataInspection")
        assert answer.json()["message"] == "The media format is not supported or incorrect for the data inspection."


async def test_an_address_is_good_for_its_model_its_account_and_two_days(studio, clock):
    url = await upload(studio, picture())
    assert (await submit(studio, url)).status_code == 200
    refused = [
        await submit(studio, url, "wan2.6-i2v"),
        await submit(studio, url, **OTHER),
        await submit(studio, url + "x"),
        await submit(studio, "oss://dashscope-instant/cat.png"),
        await submit(studio, "oss://elsewhere" + url.removeprefix("oss://dashscope-instant")),
    ]
    clock.now += 48 * 3600 - 1
    assert (await submit(studio, url)).status_code == 200
    clock.now += 1
    refused.append(await submit(studio, url))
    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter.DataInspection")
        assert answer.json()["message"].startswith("Failed to find the requested media resource")


@pytest.mark.parametrize(
    ("change", "status", "code", "words"),
    [
        ({"policy": None}, 403, "AccessDenied", "policy is missing"),
        ({"key": None}, 403, "AccessDenied", "key is missing"),
        ({"Signature": None}, 403, "AccessDenied", "Signature is missing"),
        ({"OSSAccessKeyId": "LTAIx"}, 403, "InvalidAccessKeyId", "does not exist in our records"),
        ({"Signature": "x"}, 403, "SignatureDoesNotMatch", "does not match the signature you provided"),
        ({"policy": "e30="}, 403, "SignatureDoesNotMatch", "does not match"),
        ({"key": "dashscope-instant/other/cat.png"}, 403, "AccessDenied", "starts-with"),
        ({"x-oss-object-acl": "public-read"}, 403, "AccessDenied", "$x-oss-object-acl"),
        ({"x-oss-forbid-overwrite": None}, 403, "AccessDenied", "$x-oss-forbid-overwrite"),
    ],
)
async def test_the_storage_takes_what_was_signed_and_nothing_else(studio, change, status, code, words):
    form = form_of(await certificate(studio)) | change
    form = {name: value for name, value in form.items() if value is not None}
    answer = await post(studio, form, picture())
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/xml")
    assert f"<Code>{code}</Code>" in answer.text
    assert words in answer.text


async def test_a_certificate_expires(studio, clock):
    form = form_of(await certificate(studio))
    clock.now += 300
    answer = await post(studio, form, picture())
    assert answer.status_code == 403
    assert "Invalid according to Policy: Policy expired." in answer.text


async def test_the_file_comes_last(studio):
    form = form_of(await certificate(studio))
    parts = [("file", ("cat.png", picture())), *((name, (None, value)) for name, value in form.items())]
    answer = await studio.http.post("/oss/upload", files=parts)
    assert answer.status_code == 403
    assert "comes after the file" in answer.text


async def test_nothing_is_overwritten(studio):
    form = form_of(await certificate(studio))
    assert (await post(studio, form, picture())).status_code == 200
    answer = await post(studio, form, picture(color="blue"))
    assert answer.status_code == 409
    assert "<Code>FileAlreadyExists</Code>" in answer.text
    again = form | {"key": form["key"] + "2", "success_action_status": "x"}
    assert (await post(studio, again, picture())).status_code == 204


async def test_a_file_may_be_too_large(studio, monkeypatch):
    monkeypatch.setattr("wan_widgets.simulator.protocols.dashscope.oss.MEGABYTE", 5)
    answer = await post(studio, form_of(await certificate(studio)), b"x" * 501)
    assert answer.status_code == 400
    assert "<Code>EntityTooLarge</Code>" in answer.text


@pytest.mark.parametrize("content", [{"data": {"file": "text"}}, {"json": {}}, {"files": {"other": b"x"}}])
async def test_a_form_without_a_file_is_refused(studio, content):
    answer = await studio.http.post("/oss/upload", **content)
    assert answer.status_code == 400
    assert "<Code>InvalidArgument</Code>" in answer.text


@pytest.mark.parametrize(
    ("model", "field", "data", "code", "words"),
    [
        (MODEL, "audio_url", picture(), "InvalidURL", "File type is not supported. Allowed types are: .wav, .mp3."),
        (MODEL, "audio_url", sound(31), "InvalidURL", "The input audio is longer than 30s."),
        (MODEL, "audio_url", sound(2), "InvalidFile.Duration", "The file duration must be 3 s ~ 30 s."),
        (MODEL, "audio_url", sound(4) + b"x" * 16_000_000, "InvalidURL", "File size is larger than 15MB."),
        ("wan2.7-t2v", "audio_url", sound(1), "InvalidFile.Duration", "must be 2 s ~ 30 s."),
        (MODEL, "img_url", sound(4), "InvalidImage.FileFormat", "Invalid image type."),
    ],
)
async def test_uploads_are_looked_into(studio, model, field, data, code, words):
    inputs = {"img_url": "https://files.test/a.png", **TEXT, field: await upload(studio, data, model)}
    seen, message = await studio.fault(model, inputs, headers=RESOLVE)
    assert seen == code
    assert words in message


async def test_videos_count_with_their_length(studio, clock):
    """Clips of our own, of 2 and 15 seconds, as references."""
    model, urls = "wan3.0-video", []
    for seconds in (2, 15):
        task_id = await studio.start(model, duration=seconds, resolution="480P", ratio="1:1")
        clock.now += 60
        clip = await studio.http.get((await studio.output(task_id))["video_url"])
        urls.append(await upload(studio, clip.content, model, "a.mp4"))
    media = [{"type": "reference_video", "url": url} for url in urls]
    task_id = await studio.start(model, {"media": media[:1]}, headers=RESOLVE)
    clock.now += 60
    usage = (await studio.task(task_id))["usage"]
    assert usage["input_video_duration"] == pytest.approx(2, abs=0.1)
    assert usage["duration"] == pytest.approx(7, abs=0.1)
    assert (await studio.fault(model, {"media": media}, headers=RESOLVE))[0] == "InvalidFile.Duration"
