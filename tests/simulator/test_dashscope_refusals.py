"""DashScope: what is refused at once, and what fails later."""

import pytest

from simulator.studio import CLIP, IMAGE, TEXT, VIDEO, media

pytestmark = pytest.mark.anyio

T2V, I2V, R2V = "wan2.6-t2v", "wan2.6-i2v-flash", "wan2.6-r2v-flash"
PICTURE = {"img_url": IMAGE}
CHARACTERS = {**TEXT, "reference_urls": [IMAGE]}


@pytest.mark.parametrize(
    ("model", "inputs", "parameters", "status", "code", "words"),
    [
        (None, TEXT, {}, 400, "BadRequest.EmptyModel", 'Required parameter "model" missing'),
        ("wan9", TEXT, {}, 404, "ModelNotFound", "The model wan9 does not exist."),
        (26, TEXT, {}, 400, "InvalidParameter", "model: it must be a string"),
        (T2V, None, {}, 400, "BadRequest.EmptyInput", "Required input parameter missing"),
        (T2V, [], {}, 400, "InvalidParameter", "input: it must be an object"),
        (T2V, {}, {}, 400, "InvalidParameter", "Field required: input.prompt"),
        (T2V, {"prompt": " "}, {}, 400, "InvalidParameter", "Field required: input.prompt"),
        (T2V, {"prompt": 5}, {}, 400, "InvalidParameter", "input.prompt: it must be a string"),
        (T2V, TEXT, {"duration": 1}, 400, "InvalidParameter", "parameters.duration: 1 is out of range"),
        (T2V, TEXT, {"duration": 16}, 400, "InvalidParameter", "it must be 2 to 15"),
        (T2V, TEXT, {"duration": "5"}, 400, "InvalidParameter", "parameters.duration: it must be an integer"),
        (T2V, TEXT, {"duration": 5.0}, 400, "InvalidParameter", "parameters.duration: it must be an integer"),
        ("wan2.6-t2v-us", TEXT, {"duration": 15}, 400, "InvalidParameter", "it must be 5, 10"),
        ("wan2.5-t2v-preview", TEXT, {"duration": 7}, 400, "InvalidParameter", "it must be 5, 10"),
        ("wan2.2-t2v-plus", TEXT, {"duration": 10}, 400, "InvalidParameter", "it must be 5"),
        (T2V, TEXT, {"seed": -1}, 400, "InvalidParameter", "Range of seed should be [0, 2147483647]"),
        (T2V, TEXT, {"seed": 2**31}, 400, "InvalidParameter", "Range of seed should be"),
        (T2V, TEXT, {"seed": "1"}, 400, "InvalidParameter", "parameters.seed: it must be an integer"),
        (T2V, TEXT, {"prompt_extend": 1}, 400, "InvalidParameter", "parameters.prompt_extend: it must be true or"),
        (T2V, TEXT, {"watermark": "no"}, 400, "InvalidParameter", "parameters.watermark: it must be true or"),
        (T2V, TEXT, {"shot_type": "two"}, 400, "InvalidParameter", "'two' is not available; use one of single, multi"),
        (T2V, {**TEXT, "audio_url": "a.mp3"}, {}, 400, "InvalidURL", "check the request URL: input.audio_url"),
        (I2V, TEXT, {}, 400, "InvalidParameter", "Field required: input.img_url"),
        (I2V, {"img_url": ""}, {}, 400, "InvalidParameter", "Field required: input.img_url"),
        (I2V, {"img_url": "file:///a.png"}, {}, 400, "InvalidURL", "check the request URL: input.img_url"),
        (I2V, {"img_url": "https://[::1"}, {}, 400, "InvalidURL", "check the request URL: input.img_url"),
        (I2V, {"img_url": "data:image/png;base64,%"}, {}, 400, "InvalidURL", "input.img_url"),
        (I2V, {"img_url": "data:image/png,abc"}, {}, 400, "InvalidURL", "input.img_url"),
        (I2V, {"img_url": "data:text/plain;base64,YQ=="}, {}, 400, "InvalidURL", "input.img_url"),
        (I2V, {"img_url": "oss://dashscope-instant/x/y.png"}, {}, 400, "InvalidParameter.DataInspection", "format"),
        (I2V, PICTURE, {"resolution": "480P"}, 400, "InvalidParameter", "use one of 720P, 1080P"),
        (I2V, PICTURE, {"resolution": "720p"}, 400, "InvalidParameter", "parameters.resolution: '720p' is not"),
        (I2V, PICTURE, {"audio": "false"}, 400, "InvalidParameter", "parameters.audio: it must be true or false"),
        (R2V, TEXT, {}, 400, "InvalidParameter", "Field required: input.reference_urls"),
        (R2V, {"reference_urls": [IMAGE]}, {}, 400, "InvalidParameter", "Field required: input.prompt"),
        (R2V, {**TEXT, "reference_urls": IMAGE}, {}, 400, "InvalidParameter", "must be an array of strings"),
        (R2V, {**TEXT, "reference_urls": [IMAGE] * 6}, {}, 400, "InvalidParameter", "6 are too many"),
        (R2V, {**TEXT, "reference_urls": [CLIP] * 4}, {}, 400, "InvalidParameter", "4 videos are too many"),
        (R2V, {**TEXT, "reference_video_urls": [CLIP] * 4}, {}, 400, "InvalidParameter", "4 are too many"),
        (R2V, {**TEXT, "reference_urls": ["data:image/png;base64,YQ=="]}, {}, 400, "InvalidURL", "reference_urls[0]"),
        (R2V, CHARACTERS, {"duration": 11}, 400, "InvalidParameter", "it must be 2 to 10"),
        ("wan2.7-t2v", TEXT, {"ratio": "21:9"}, 400, "InvalidParameter", "parameters.ratio: '21:9' is not available"),
        ("wan2.7-t2v", TEXT, {"ratio": "adaptive"}, 400, "InvalidParameter", "parameters.ratio"),
        ("wan2.7-t2v", TEXT, {"resolution": "480P"}, 400, "InvalidParameter", "parameters.resolution"),
        ("wan2.7-i2v", {"media": {}}, {}, 400, "InvalidParameter", "input.media: it must be an array"),
        ("wan2.7-i2v", {"media": [IMAGE]}, {}, 400, "InvalidParameter", "every item must be an object"),
        ("wan2.7-r2v", media("reference_video"), {"duration": 11}, 400, "InvalidParameter", "with a reference_video"),
        ("wan3.0-video", {}, {}, 400, "InvalidParameter", "Field required: input.prompt"),
        ("wan3.0-video", {"img_url": IMAGE}, {}, 400, "InvalidParameter", "Field required: input.prompt"),
        ("wan3.0-video", TEXT, {"duration": 31}, 400, "InvalidParameter", "it must be 2 to 30"),
        ("wan3.0-video", TEXT, {"duration": 0}, 400, "InvalidParameter", "it must be 2 to 30"),
        ("wan3.0-video", media("link"), {"ratio": "9:21"}, 400, "InvalidParameter", "use one of adaptive, 16:9"),
        ("wan2.2-kf2v-flash", {"first_frame_url": IMAGE}, {}, 400, "InvalidParameter", "url error, please check url!"),
    ],
)
async def test_what_a_request_shows_is_refused_at_once(studio, model, inputs, parameters, status, code, words):
    answer = await studio.submit(model, inputs, **parameters)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (status, code)
    assert words in body["message"]
    assert body.keys() == {"code", "message", "request_id"}


@pytest.mark.parametrize(
    ("model", "inputs", "parameters", "code", "words"),
    [
        (T2V, TEXT, {"size": "1280x720"}, "InvalidParameter", "The size is not match the allowed size: 1280*720, "),
        (T2V, TEXT, {"size": "832*480"}, "InvalidParameter", "The size is not match"),
        (T2V, TEXT, {"size": "16:9"}, "InvalidParameter", "The size is not match"),
        (R2V, CHARACTERS, {"size": "1104*832"}, "InvalidParameter", "The size is not match"),
        ("wan2.7-i2v", {"img_url": IMAGE}, {}, "InvalidParameter", "Field required: input.media"),
        ("wan2.7-i2v", {"media": []}, {}, "InvalidParameter", "Field required: input.media"),
        ("wan2.7-r2v", CHARACTERS, {}, "InvalidParameter", "Field required: input.media"),
        ("wan2.7-i2v", {"media": [{"url": IMAGE}]}, {}, "InvalidParameter", "Field required: input.media[0].type"),
        ("wan2.7-i2v", {"media": [{"type": "first_frame"}]}, {}, "InvalidParameter", "input.media[0].url"),
        ("wan2.7-i2v", media("reference_image"), {}, "InvalidParameter", "'reference_image' is not supported"),
        ("wan2.7-i2v", media("first_frame", "first_frame"), {}, "InvalidParameter", "2 of type first_frame are too"),
        ("wan2.7-i2v", media("last_frame"), {}, "InvalidParameter", "combination of media types is not supported"),
        ("wan2.7-i2v", media("first_clip", "driving_audio"), {}, "InvalidParameter", "driving_audio, first_clip"),
        ("wan2.7-r2v", media("first_frame"), {}, "InvalidParameter", "must be 1 to 5, not 0"),
        ("wan2.7-r2v", media(*["reference_image"] * 6), {}, "InvalidParameter", "must be 1 to 5, not 6"),
        ("wan2.7-r2v", media("reference_audio"), {}, "InvalidParameter", "'reference_audio' is not supported"),
        ("wan3.0-video", media("first_frame", "reference_image"), {}, "InvalidParameter", "mutually exclusive"),
        ("wan3.0-video", media("first_frame", "file"), {}, "InvalidParameter", "mutually exclusive"),
        ("wan3.0-video", media("file", "link"), {}, "InvalidParameter", "file and link at the same time"),
        ("wan3.0-video", media("last_frame"), {}, "InvalidParameter", "last_frame without first_frame"),
        ("wan3.0-video", media(*["reference_image"] * 11), {}, "InvalidParameter", "11 of type reference_image"),
        ("wan3.0-video", media(*["reference_video"] * 4), {}, "InvalidFile.Duration", "must not exceed 15 seconds"),
        ("wan3.0-video", media("reference_video"), {"duration": 26}, "InvalidParameter", "must not exceed 30 seconds"),
    ],
)
async def test_what_only_the_model_finds_out_fails_the_task(studio, model, inputs, parameters, code, words):
    seen, message = await studio.fault(model, inputs, **parameters)
    assert seen == code
    assert words in message


async def test_a_refusal_comes_before_a_fault(studio):
    answer = await studio.submit("wan2.7-i2v", {"img_url": IMAGE}, seed=-1)
    assert answer.status_code == 400


async def test_only_asynchronous_calls_are_taken(studio):
    for value in ("", "disable"):
        answer = await studio.submit(T2V, headers={"X-DashScope-Async": value})
        assert (answer.status_code, answer.json()["code"]) == (403, "AccessDenied")
        assert answer.json()["message"] == "current user api does not support synchronous calls."


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"'])
async def test_a_body_that_is_no_object_is_refused(studio, content):
    answer = await studio.http.post(VIDEO, content=content, headers={"X-DashScope-Async": "enable"})
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter")
