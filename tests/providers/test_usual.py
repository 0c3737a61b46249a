"""What is left open becomes what comes nearest to the usual, in code as in the form."""

import pytest

import wan_widgets as ww
from wan_widgets.providers import PROVIDERS
from wan_widgets.providers.toapis import ToAPIs
from wan_widgets.providers.usual import usual_fields, usual_model
from wan_widgets.wan.models import Mode, Size
from wan_widgets.wan.offers import Offer


class Mine(ToAPIs):
    """A service with one model, in text to video."""

    def __init__(self, **facts):
        sizes = {name: dict.fromkeys(facts.pop("ratios", ["16:9"]), Size(1, 1)) for name in facts.pop("names")}
        self.offers = {"mine": {Mode.TEXT: Offer(sizes=sizes, **{"durations": (5,)} | facts)}}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("720p", "1080p"), "1080p"),
        (("480p", "720p"), "720p"),
        (("720p", "4k"), "720p"),  # the last one is the dearest, and no nearer
        (("720p", "480p"), "720p"),
    ],
)
def test_the_resolution_is_the_nearest_by_its_lines(names, found):
    assert usual_fields(Mine(names=names), Mode.TEXT, {})["resolution"] == found


def test_the_shape_is_the_nearest_by_its_proportion():
    assert usual_fields(Mine(names=["720p"], ratios=("9:16", "21:9")), Mode.TEXT, {})["aspect_ratio"] == "21:9"


def test_lengths_shots_and_sound_are_what_there_is():
    facts = {"durations": (2, 8), "shot_types": ("multi",), "audio": "never"}
    found = usual_fields(Mine(names=["720p"], **facts), Mode.TEXT, {})
    assert (found["duration"], found["shot_type"], found["audio"]) == (2, "multi", False)


def test_what_is_given_is_not_touched():
    given = {"resolution": "480p", "audio": True, "model": "mine"}
    assert usual_fields(Mine(names=["720p"], audio="never"), Mode.TEXT, given).keys().isdisjoint(given)


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.name)
def test_a_pasted_name_has_the_usual_values_of_its_model(provider):
    for mode in Mode:
        for model in provider.models:
            found = usual_fields(provider, mode, {"model": model})
            assert usual_fields(provider, mode, {"model": f" '{model}'\n"}) == found
            assert usual_fields(provider, mode, {"model": "x", "like": f"{model} "}) == usual_fields(
                provider, mode, {"model": "x", "like": model}
            )


SHAPED = (Mode.TEXT, Mode.REFERENCE)


@pytest.mark.parametrize(
    ("provider", "mode"),
    [(provider, mode) for provider in PROVIDERS.values() for mode in SHAPED if usual_model(provider, mode)],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_code_and_the_form_begin_alike(provider, mode):
    address = None if provider.base_url else "http://127.0.0.1:9"
    form = ww.VideoForm(ww.AsyncClient(provider, base_url=address, api_key="k" if provider.needs_key else None))
    form.mode = str(mode)
    form._adapt()

    found = usual_fields(provider, mode, {})

    assert found == {field: getattr(form, field) for field in found}
