"""Uploads and the balance, as ToAPIs documents them."""

import io

import pytest
from PIL import Image

from wan_widgets.simulator.protocols.toapis import uploads

pytestmark = pytest.mark.anyio

ANONYMOUS = {"Authorization": ""}


def encoded(kind: str = "PNG", color: str = "red") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(buffer, kind)
    return buffer.getvalue()


MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 40
MOV = b"\x00\x00\x00\x14ftypqt  " + b"\x00" * 40
WEBM = b"\x1aE\xdf\xa3" + b"\x00" * 40


async def upload(service, kind, data, name="file.bin", **fields):
    return await service.http.post(f"/v1/uploads/{kind}", files={"file": (name, data)}, data=fields)


@pytest.mark.parametrize(
    ("kind", "data", "media_type"),
    [
        ("images", encoded("PNG"), "image/png"),
        ("images", encoded("JPEG"), "image/jpeg"),
        ("images", encoded("WEBP"), "image/webp"),
        ("images", encoded("GIF"), "image/gif"),
        ("videos", MP4, "video/mp4"),
        ("videos", MOV, "video/quicktime"),
        ("videos", WEBM, "video/webm"),
    ],
)
async def test_an_upload_is_described_and_served_to_whoever_knows_its_address(service, kind, data, media_type):
    answer = await upload(service, kind, data, purpose="generation")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["success"], body["message"]) == (True, "")
    assert body["data"]["id"].startswith("upload_")
    assert (body["data"]["mime_type"], body["data"]["size"]) == (media_type, len(data))
    assert body["data"]["url"].startswith("http://sim.test/files/uploads/")
    file = await service.http.get(body["data"]["url"], headers=ANONYMOUS)
    assert (file.content, file.headers["Content-Type"]) == (data, media_type)


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("images", MP4, "Unsupported image type. Allowed: JPEG, PNG, WebP, GIF"),
        ("images", b"", "Unsupported image type. Allowed: JPEG, PNG, WebP, GIF"),
        ("videos", encoded(), "Unsupported or invalid video file. Allowed: MP4, WebM, MOV"),
        ("images", encoded() + b"x" * 2_000_000, "Image too large. Maximum size is 10MB"),
        ("videos", MP4 + b"x" * 2_000_000, "Video too large. Maximum size is 50MB"),
    ],
)
async def test_what_cannot_be_taken_is_refused_in_the_documented_words(service, monkeypatch, kind, data, message):
    monkeypatch.setattr(uploads, "MEGABYTE", 30_000)
    answer = await upload(service, kind, data, name="picture.png")
    assert (answer.status_code, answer.json()) == (400, {"success": False, "message": message})


@pytest.mark.parametrize(
    "content",
    [
        {"json": {"file": "x"}},
        {"data": {"file": "text"}},
        {"files": {"other": b"x"}},
        {"content": b"no form at all", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
        {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
    ],
)
async def test_a_request_without_a_file_is_refused(service, content):
    answer = await service.http.post("/v1/uploads/images", **content)
    assert answer.status_code == 400
    assert answer.json()["success"] is False


async def test_uploading_needs_a_key_and_refuses_in_the_shape_of_tasks(service):
    for key in ("", "Bearer wrong"):
        answer = await service.http.post(
            "/v1/uploads/images", files={"file": encoded()}, headers={"Authorization": key}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, 401)


@pytest.mark.parametrize("name", ["upload_x.png", "..%2F..%2Ftasks%2Fx", "upload_00000000000000000000000000.png"])
async def test_only_uploads_are_served(service, name):
    assert (await service.http.get(f"/files/uploads/{name}")).status_code == 404


async def test_an_uploaded_picture_is_what_the_clip_starts_from(service, clock, monkeypatch):
    seen = []
    monkeypatch.setattr("wan_widgets.simulator.film.clips.render", lambda record, pictures, path: seen.extend(pictures))
    url = (await upload(service, "images", encoded(color="#102030"))).json()["data"]["url"]
    # Under another host it is the same file: nobody else hands out such names.
    elsewhere = url.replace("sim.test", "tunnel.example")
    for fields in ({"image_urls": [url]}, {"metadata": {"reference_urls": [url, elsewhere]}}):
        task_id = (await service.submit(**fields)).json()["id"]
        clock.now += 10
        await service.http.get(f"/files/{task_id}.mp4")
    assert [picture.getpixel((5, 5)) for picture in seen] == [(16, 32, 48)] * 3


async def test_old_uploads_are_forgotten(service, clock, tmp_path):
    await upload(service, "images", encoded())
    clock.now += 30 * 86_400
    await service.submit()
    assert list((tmp_path / "uploads").iterdir()) == []


@pytest.mark.parametrize("path", ["/v1/user/balance", "/user/balance"])
async def test_the_balance_has_the_documented_fields(service, path):
    assert (await service.http.get(path)).json() == {
        "success": True,
        "remain_balance": 100.0,
        "used_balance": 0.0,
        "remain_credits": 20000,
        "used_credits": 0,
        "credits_per_usd": 200,
        "unlimited_quota": False,
    }
    refused = await service.http.get(path, headers=ANONYMOUS)
    assert (refused.status_code, refused.json()["error"]["type"]) == (401, "authentication_error")
