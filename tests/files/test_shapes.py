"""The shape of a clip from an image, at engines that stretch the image to the size."""

import warnings
from io import BytesIO

import pytest
from PIL import Image

import wan_widgets as ww
from wan_widgets import ImageToVideo
from wan_widgets.files.images import look
from wan_widgets.files.shapes import cropped, nearest_ratio, shape_remark
from wan_widgets.generation.prepared import prepare
from wan_widgets.providers import OpenAIVideos
from wan_widgets.providers.openai_videos.models import Served
from wan_widgets.simulator import Script, Simulator
from widgets.test_form import click

MODEL = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
FIELDS = {"model": "wan2.2-ti2v-5b", "resolution": "720p", "duration": 1, "audio": False}


def an_image(width, height, kind="PNG", turned=False):
    buffer = BytesIO()
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, kind, exif=exif)
    return buffer.getvalue()


def engine(dialect, tmp_path, clock):
    simulator = Simulator(tmp_path, clock=clock, engine=dialect, model=MODEL)
    simulator.script(Script(queued=0, running=3600))
    provider = OpenAIVideos(dialect, served=[Served(MODEL)])
    place = {"base_url": "http://127.0.0.1:8000", "transport": simulator.transport(), "timing": clock.timing}
    return ww.AsyncClient(provider, **place)


@pytest.mark.parametrize(
    ("image", "ratio", "said"),
    [
        (an_image(400, 640), "9:16", "9:16 is the nearest to the image's 400×640; it is cropped."),
        (an_image(640, 480), "16:9", "16:9 is the nearest to the image's 640×480; it is cropped."),
        (an_image(1280, 704), "16:9", ""),
        (an_image(1408, 2560), "9:16", ""),
        (an_image(640, 400, "JPEG", turned=True), "9:16", "9:16 is the nearest to the image's 400×640; it is cropped."),
    ],
)
def test_the_nearest_ratio_is_proposed_and_said(image, ratio, said, tmp_path, clock):
    prepared = prepare(engine("vllm-omni", tmp_path, clock), ImageToVideo("A", image=image, **FIELDS))
    assert (prepared.request.aspect_ratio, str(prepared.remark)) == (ratio, said)


def test_an_explicit_ratio_holds_with_a_warning(tmp_path, clock):
    request = ImageToVideo("A", image=an_image(400, 640), aspect_ratio="16:9", **FIELDS)
    prepared = prepare(engine("vllm-omni", tmp_path, clock), request)
    assert prepared.request.aspect_ratio == "16:9"
    assert str(prepared.remark) == "The image has 400×640, so much of it is cropped; 9:16 would be nearer."


def test_where_the_image_decides_nothing_is_proposed(tmp_path, clock):
    prepared = prepare(engine("sglang", tmp_path, clock), ImageToVideo("A", image=an_image(400, 640), **FIELDS))
    assert (prepared.request.aspect_ratio, str(prepared.remark)) == (None, "")


def test_an_address_has_no_shape_here_so_it_is_asked_for(tmp_path, clock):
    client = engine("vllm-omni", tmp_path, clock)
    request = ImageToVideo("A", image="https://x.example/a.png", **FIELDS)
    with pytest.raises(ww.InvalidRequest, match="needs an aspect ratio"):
        prepare(client, request)
    chosen = ImageToVideo("A", image="https://x.example/a.png", aspect_ratio="16:9", **FIELDS)
    assert "stretches an image from an address" in prepare(client, chosen).remark


@pytest.mark.parametrize("image", [an_image(400, 640), an_image(640, 480, "JPEG"), an_image(300, 900)])
def test_what_is_sent_has_the_shape_of_the_clip_and_is_the_middle_of_the_image(image, tmp_path, clock):
    client = engine("vllm-omni", tmp_path, clock)
    request = prepare(client, ImageToVideo("A", image=image, **FIELDS)).request
    offer = client.provider.offer(request.model, request.mode)
    sent = cropped(request, offer)
    size = offer.sizes["720p"][request.aspect_ratio]
    seen = look(BytesIO(sent.image.data))
    assert abs(seen.sides[0] - seen.sides[1] * size.width / size.height) <= 1
    with Image.open(BytesIO(sent.image.data)) as middle, Image.open(BytesIO(image)) as whole:
        assert abs(middle.getpixel((0, middle.height // 2))[0] - whole.getpixel((0, whole.height // 2))[0]) <= 2
    assert cropped(sent, offer) is sent


@pytest.mark.anyio
async def test_code_is_told_too(tmp_path, clock):
    client = engine("vllm-omni", tmp_path, clock)
    with pytest.warns(UserWarning, match="9:16 is the nearest"):
        task = await client.submit(ImageToVideo("A", image=an_image(400, 640), **FIELDS))
    assert task.request.aspect_ratio == "9:16"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await client.submit(ImageToVideo("A", image=an_image(1280, 704), **FIELDS))


def test_the_form_proposes_it_and_leaves_a_choice(tmp_path, clock):
    form = ww.VideoForm(engine("vllm-omni", tmp_path / "engine", clock), mode="i2v")
    tall, wide = tmp_path / "tall.png", tmp_path / "wide.png"
    tall.write_bytes(an_image(400, 640))
    wide.write_bytes(an_image(1280, 704))
    form.image = str(tall)
    assert (form.aspect_ratio, form._remark) == ("9:16", "9:16 is the nearest to the image's 400×640; it is cropped.")
    form.aspect_ratio = "16:9"
    assert (form.aspect_ratio, "9:16 would be nearer" in form._remark) == ("16:9", True)
    form.prompt = "A lake"
    assert form.aspect_ratio == "16:9"
    form.image = str(wide)
    assert (form.aspect_ratio, form._remark) == ("16:9", "")
    click(form, "one", image=str(tall), aspect_ratio="16:9")
    assert form.aspect_ratio == "16:9", "both were chosen together"
    given = ww.VideoForm(form.client, mode="i2v", image=str(tall), aspect_ratio="16:9")
    assert given.aspect_ratio == "16:9"
    assert ww.VideoForm(form.client, mode="i2v", image=str(tall)).aspect_ratio == "9:16"


def test_what_cannot_be_read_proposes_nothing(tmp_path, clock):
    client = engine("vllm-omni", tmp_path / "engine", clock)
    offer = client.provider.offer("wan2.2-ti2v-5b", ww.Mode.IMAGE)
    for image in (tmp_path / "none.png", b"no image"):
        request = ImageToVideo("A", image=image, **FIELDS)
        assert nearest_ratio(request, offer) is None
        assert shape_remark(request, offer) == ""
        with pytest.raises(ww.InvalidRequest, match=r"There is no file|no image"):
            prepare(client, request)


@pytest.mark.parametrize("image", [b"junk", b"", "missing.png"])
def test_an_image_that_cannot_be_read_is_the_only_problem(image):
    """Its ratio would have been proposed from it."""
    engine = ww.AsyncClient(OpenAIVideos("vllm-omni", served=[Served(MODEL)]), base_url="http://127.0.0.1:8000")
    with pytest.raises(ww.InvalidRequest) as caught:
        ww.generate("It moves", image=image, provider=engine)
    assert [problem.field for problem in caught.value.problems] == ["image"]
