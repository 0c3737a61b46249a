"""Going from one service or model to another: what cannot stay becomes the nearest, what was typed stays."""

import pytest

import wan_widgets as ww
from wan_widgets.providers import PROVIDERS
from wan_widgets.providers.toapis import ToAPIs
from wan_widgets.wan.models import Mode, Size
from wan_widgets.wan.offers import Offer
from wan_widgets.widgets.adapting import adapted
from wan_widgets.widgets.values import FIELDS

TYPED = {
    "prompt": "An owl",
    "negative_prompt": "blur",
    "image": "https://a.example/i.png",
    "references": ["https://a.example/r.mp4"],
    "guide_audio": "https://a.example/s.mp3",
    "seed": 7,
    "extra": {"a": 1},
}
USUAL = {
    "mode": "t2v",
    "model": "wan2.6",
    "like": "",
    "resolution": "1080p",
    "aspect_ratio": "16:9",
    "duration": 5,
    "prompt_extend": True,
    "audio": True,
    "shot_type": "single",
    "watermark": False,
}


def table(*resolutions, ratios=("16:9", "9:16")):
    return {resolution: dict.fromkeys(ratios, Size(1, 1)) for resolution in resolutions}


class Mine(ToAPIs):
    """A service with one model, of which one thing is said."""

    def __init__(self, offer, mode=Mode.TEXT):
        self.offers = {"wan2.6": {mode: offer}}


def fitted(**values):
    offer = Offer(sizes=table("480p", "720p"), durations=(5, 10), shot_types=("multi",), audio="never")
    return adapted(USUAL | TYPED | values, Mine(offer))


@pytest.mark.parametrize(
    ("field", "wanted", "found"),
    [
        ("resolution", "720p", "720p"),
        ("resolution", "1080p", "720p"),
        ("resolution", "4k", "720p"),
        ("resolution", "360p", "480p"),
        ("resolution", "huge", "720p"),
        ("aspect_ratio", "16:9", "16:9"),
        ("aspect_ratio", "21:9", "16:9"),
        ("aspect_ratio", "3:4", "9:16"),
        ("duration", 5, 5),
        ("duration", 6, 5),
        ("duration", 15, 10),
        ("shot_type", "single", "multi"),
        ("audio", True, False),
    ],
)
def test_the_nearest_is_found(field, wanted, found):
    assert fitted(**{field: wanted}).get(field, wanted) == found


def test_a_shape_that_follows_the_image_is_left_alone():
    offer = Offer(sizes=table("720p", ratios=("1:1",)), durations=(5,), shape_follows_image=True)

    assert "aspect_ratio" not in adapted(USUAL | TYPED, Mine(offer))


def test_a_video_among_the_references_may_shorten_the_clip():
    offer = Offer(sizes=table("720p"), durations=(5, 10, 15), durations_with_video=(5, 10), max_references=3)
    values = USUAL | TYPED | {"mode": "r2v", "duration": 15}

    assert adapted(values, Mine(offer, Mode.REFERENCE))["duration"] == 10
    images = {"references": ["https://a.example/r.png"]}
    assert "duration" not in adapted(values | images, Mine(offer, Mode.REFERENCE))
    assert "duration" not in adapted(values | {"mode": "t2v"}, Mine(offer))


@pytest.mark.parametrize("target", PROVIDERS)
@pytest.mark.parametrize("source", PROVIDERS)
@pytest.mark.parametrize("mode", [str(mode) for mode in Mode])
def test_from_every_service_to_every_other_nothing_that_can_be_chosen_stays_wrong(source, target, mode):
    values = USUAL | TYPED | {"mode": mode}
    for provider in (PROVIDERS[source], PROVIDERS[target]):
        changes = adapted(values, provider)
        assert changes.keys().isdisjoint(TYPED)
        values |= changes
    offer = PROVIDERS[target].offer(values["model"], Mode(values["mode"]))

    assert offer is not None
    assert values["resolution"] in offer.sizes
    assert offer.shape_follows_image or values["aspect_ratio"] in offer.sizes[values["resolution"]]
    assert values["duration"] in offer.durations


def test_what_the_service_has_is_not_touched():
    assert adapted(USUAL | TYPED, PROVIDERS["toapis"]) == {}


def test_a_model_of_ones_own_stays_where_its_likeness_is_known():
    values = USUAL | TYPED | {"model": "my-own", "like": "wan2.6"}

    assert "model" not in adapted(values, PROVIDERS["toapis"])
    assert adapted(values | {"like": "nobody"}, PROVIDERS["toapis"]) == {"model": "wan2.6", "like": ""}


def test_a_form_begins_with_what_its_service_has():
    form = ww.VideoForm(ww.AsyncClient("toapis", api_key="k"), model="wan2.6-flash")
    assert form.mode == "i2v"

    for name in PROVIDERS:
        form = ww.VideoForm(client(name))
        assert not {problem["field"] for problem in form._problems} - {"prompt", "image", "references"}


def test_what_code_asked_for_is_kept_and_called_wrong():
    form = ww.VideoForm(ww.AsyncClient("toapis", api_key="k"), resolution="480p", duration=7)

    assert (form.resolution, form.duration) == ("480p", 7)
    assert {problem["field"] for problem in form._problems} == {"prompt", "resolution", "duration"}


def client(name):
    address = PROVIDERS[name].base_url or "http://127.0.0.1:9"
    return ww.AsyncClient(name, api_key=None if name == "simulator" else "k", **base(name, address))


def base(name, address):
    return {} if PROVIDERS[name].base_url else {"base_url": address}


def test_the_fields_are_those_of_this_test():
    assert {*USUAL, *TYPED} == set(FIELDS)
