"""What the prompt calls the references of a request."""

import pytest

from wan_widgets.wan.models import WAN_2_6_SIZES
from wan_widgets.wan.offers import Offer, reference_names
from wan_widgets.wan.sources import Kind

IMAGE, VIDEO = Kind.IMAGE, Kind.VIDEO


@pytest.mark.parametrize("kinds", [[], [IMAGE], [VIDEO, None, IMAGE], [None] * 5])
def test_characters_share_one_counter(kinds):
    offer = Offer(sizes=WAN_2_6_SIZES, durations=(5,))
    assert reference_names(offer, kinds) == [f"character{number}" for number in range(1, len(kinds) + 1)]


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        ([], []),
        ([IMAGE, VIDEO, IMAGE, VIDEO], ["Image 1", "Video 1", "Image 2", "Video 2"]),
        ([VIDEO, VIDEO, IMAGE], ["Video 1", "Video 2", "Image 1"]),
        ([None, IMAGE, Kind.AUDIO], ["Image 1", "Image 2", "Audio 1"]),
    ],
)
def test_newer_models_count_each_kind_by_itself(kinds, names):
    offer = Offer(sizes=WAN_2_6_SIZES, durations=(5,), counts_by_kind=True)
    assert reference_names(offer, iter(kinds)) == names
