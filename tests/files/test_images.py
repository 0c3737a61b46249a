"""The same image by every door: the same picture is sent, whether it comes as a path, bytes, an open file or in PIL."""

import io
import tempfile

import numpy as np
import pytest
from PIL import Image, ImageCms

import wan_widgets as ww
from service.test_uploads import form as parts_of
from service.test_uploads import uploaded
from shared.network import Service, task
from wan_widgets.files.inputs import facts, part_of
from wan_widgets.files.pictures import thumbnail
from wan_widgets.providers import PROVIDERS
from wan_widgets.service.checking import all_problems
from wan_widgets.simulator.film.pictures import read_picture
from wan_widgets.wan.sources import Kind, LocalFile, to_source

SHAPE = (320, 256)
ORIENTATIONS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE"} | {
    6: "ROTATE_90",
    7: "TRANSVERSE",
    8: "ROTATE_270",
}


def quarters():
    """Red, green, blue and white: no turn and no mirror leaves it as it is."""
    colours = np.array([[(255, 0, 0), (0, 160, 0)], [(0, 0, 255), (255, 255, 255)]], np.uint8)
    return Image.fromarray(colours.repeat(SHAPE[1] // 2, 0).repeat(SHAPE[0] // 2, 1))


def ramp():
    return np.linspace(0, 65535, SHAPE[0] * SHAPE[1]).reshape(SHAPE[1], SHAPE[0]).astype(np.uint16)


def encoded(picture, kind, **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def lying(orientation, kind="JPEG", **options):
    exif = Image.Exif()
    exif[0x0112] = orientation
    way = ORIENTATIONS.get(orientation)
    picture = quarters().transpose(Image.Transpose[way]) if way else quarters()
    return encoded(picture, kind, exif=exif, **options)


def several(orientation):
    """A JPEG with a second picture, as phones write it."""
    return lying(orientation, "MPO", save_all=True, append_images=[Image.new("RGB", (64, 64))])


def animated():
    return encoded(quarters(), "PNG", save_all=True, append_images=[Image.new("RGB", SHAPE, "black")])


def in_palette():
    picture = quarters().convert("P", palette=Image.Palette.ADAPTIVE)
    return encoded(picture, "PNG", transparency=255)


IMAGES = {
    **{f"orientation {number}": lying(number) for number in range(1, 9)},
    "orientation of a PNG": lying(6, "PNG"),
    "orientation of a WebP": lying(8, "WEBP"),
    "several pictures": several(1),
    "several pictures, lying": several(6),
    "animated": animated(),
    "opaque channel": encoded(quarters().convert("RGBA"), "PNG"),
    "opaque channel of a WebP": encoded(quarters().convert("RGBA"), "WEBP", lossless=True),
    "opaque palette": in_palette(),
    "CMYK": encoded(quarters().convert("CMYK"), "JPEG"),
    "16 bits": encoded(Image.fromarray(ramp()), "PNG"),
}


def path(data, folder):
    file = folder / "image"
    file.write_bytes(data)
    return file


def in_the_form(data, folder):
    form = ww.VideoForm(mode="i2v", image=data)
    try:
        return form.request.image
    finally:
        form.close()


def spooled(data, folder):
    file = tempfile.SpooledTemporaryFile()  # noqa: SIM115  # the test closes it
    file.write(data)
    return file


DOORS = {
    "path": path,
    "text": lambda data, folder: str(path(data, folder)),
    "bytes": lambda data, folder: data,
    "open": lambda data, folder: path(data, folder).open("rb"),
    "open as text": lambda data, folder: path(data, folder).open(encoding="utf-8"),
    "in memory": lambda data, folder: io.BytesIO(data),
    "spooled": spooled,
    "PIL": lambda data, folder: Image.open(io.BytesIO(data)),
    "form": in_the_form,
    "reference": lambda data, folder: ww.ImageReference(data).source,
}


@pytest.fixture(autouse=True)
def _outputs(tmp_path, monkeypatch):
    monkeypatch.setenv("WAN_OUTPUTS", str(tmp_path / "outputs"))


def bytes_of(part):
    return part.file.path.read_bytes() if part.file.path else part.file.data


def as_an_engine_reads_it(part):
    """Without a look at the EXIF data, as vLLM-Omni does."""
    return Image.open(io.BytesIO(bytes_of(part))).convert("RGB")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", IMAGES)
def test_the_same_picture_is_sent_by_every_door(name, door, tmp_path):
    given = DOORS[door](IMAGES[name], tmp_path)
    source = to_source(given)
    if hasattr(given, "close"):
        given.close()
    part = part_of(source)
    seen = facts(source)
    arrived = as_an_engine_reads_it(part)
    grey = np.stack([ramp() >> 8] * 3, axis=2)
    wanted = grey if name == "16 bits" else np.asarray(quarters())
    assert (seen.kind, seen.sides, seen.transparent) == (Kind.IMAGE, SHAPE, False)
    assert arrived.size == SHAPE
    apart = np.abs(np.asarray(arrived).astype(int) - wanted)
    assert np.median(apart) <= 3, name
    assert (apart > 40).mean() < 0.02, "the edges of a JPEG alone"


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("service", ["toapis", "dashscope"])
def test_services_take_each_of_them(name, service, tmp_path):
    request = ww.ImageToVideo(image=path(IMAGES[name], tmp_path), prompt="x", resolution="720p")
    assert all_problems(PROVIDERS[service], request) == ()
    part = part_of(request.image)
    assert part.type in ("image/jpeg", "image/png", "image/webp")
    with Image.open(io.BytesIO(bytes_of(part))) as picture:
        assert picture.format in {"image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",)}.get(part.type, ("WEBP",))
        assert not picture.has_transparency_data


@pytest.mark.parametrize("name", ["orientation 1", "several pictures", "animated", "CMYK"])
def test_a_file_that_everybody_reads_alike_goes_as_it_is(name, tmp_path):
    assert bytes_of(part_of(LocalFile(path(IMAGES[name], tmp_path)))) == IMAGES[name]


def test_a_photo_that_is_written_anew_stays_a_photo_of_its_size(tmp_path):
    noise = Image.effect_noise((800, 600), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(noise, "JPEG", exif=exif, quality=82, subsampling=2)
    part = part_of(LocalFile(data=data))
    assert part.type == "image/jpeg"
    assert part.name.endswith(".jpg")
    assert 0.9 < len(bytes_of(part)) / len(data) < 1.1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
def test_what_is_written_anew_keeps_its_colours(kind):
    """Phones write colours that are not those of a usual screen, and say so in a profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    part = part_of(LocalFile(data=lying(6, kind, icc_profile=profile)))
    sent = Image.open(io.BytesIO(bytes_of(part)))
    assert sent.size == SHAPE
    assert sent.info["icc_profile"] == profile


def test_what_shows_through_is_told_by_the_pixels():
    clear = quarters().convert("RGBA")
    clear.putpixel((5, 5), (1, 2, 3, 254))
    for kind in ("PNG", "WEBP"):
        assert facts(LocalFile(data=encoded(clear, kind, lossless=True))).transparent
    request = ww.ImageToVideo(image=clear, prompt="x", resolution="720p")
    assert "transparent in places" in all_problems(PROVIDERS["dashscope"], request)[0].message


@pytest.mark.anyio
async def test_what_is_written_anew_arrives_with_its_progress_told():
    service = Service(uploaded(), task())
    told = []
    async with service.client() as client:
        await client.upload(ww.ImageToVideo(image=lying(6), resolution="720p"), told.append)
    name, mime, content = parts_of(service.requests[0])["file"]
    assert (name.rpartition(".")[2], mime) == ("jpg", "image/jpeg")
    assert Image.open(io.BytesIO(content)).size == SHAPE
    assert told[-1].sent > 0


def test_a_preview_shows_what_is_sent(tmp_path):
    for name, data in IMAGES.items():
        small = Image.open(io.BytesIO(thumbnail(path(data, tmp_path)))).convert("RGB")
        assert small.size == SHAPE, name
        if name == "16 bits":
            assert np.asarray(small)[0].max() < 30
            assert np.asarray(small)[-1].min() > 225
        else:
            assert np.abs(np.array(small.getpixel((40, 40))).astype(int) - (255, 0, 0)).max() < 12, name


@pytest.mark.parametrize("name", IMAGES)
def test_the_simulator_sees_what_a_person_sees(name):
    picture = read_picture(IMAGES[name])
    wanted = np.stack([ramp() >> 8] * 3, axis=2) if name == "16 bits" else np.asarray(quarters())
    assert picture.size == SHAPE
    assert np.median(np.abs(np.asarray(picture).astype(int) - wanted)) <= 3
