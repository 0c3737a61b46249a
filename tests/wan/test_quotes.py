"""What a clip will cost: what was published, times the seconds that are billed; never a guess."""

from dataclasses import replace
from decimal import Decimal

import pytest

from wan.made import URL
from wan_widgets import ImageReference, ImageToVideo, PriceList, ReferenceToVideo, TextToVideo, VideoReference
from wan_widgets.providers.dashscope import DashScope
from wan_widgets.providers.toapis import ToAPIs
from wan_widgets.wan.quotes import billed_extra, quote

PRICES = PriceList(
    currency="CNY",
    per_second={("720p", True): Decimal("0.60"), ("720p", False): Decimal("0.30"), ("1080p", True): Decimal(1)},
    source="https://example.com/prices",
    date="2026-10-09",
)
BILLING_INPUT = PriceList(
    currency="CNY", per_second=PRICES.per_second, source="x", date="y", bills_input=True, input_seconds=5
)
FILM, PICTURE, UNTOLD = "https://example.com/a.mp4", URL, "https://example.com/9f3a"


def of(*references, **fields):
    return ReferenceToVideo(references=list(references), resolution="720p", **fields)


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"resolution": "720p", "duration": 5}, "3.00"),
        ({"resolution": "720p", "duration": 5, "audio": False}, "1.50"),
        ({"resolution": "1080p", "duration": 10}, "10"),
        ({"resolution": "1080p", "duration": 10, "audio": False}, None),
        ({"resolution": "480p"}, None),
        ({"resolution": "720P", "duration": 5}, "3.00"),
    ],
)
def test_a_clip_costs_its_seconds_by_resolution_and_sound(fields, amount):
    found = quote(PRICES, TextToVideo(prompt="x", **fields))
    if amount is None:
        assert found is None
        return
    assert (found.amount, found.currency, found.seconds) == (Decimal(amount), "CNY", fields["duration"])
    assert (found.source, found.date, found.at_most) == (PRICES.source, PRICES.date, False)
    assert found.amount == found.per_second * fields["duration"]


def test_without_a_published_price_there_is_none():
    assert quote(None, TextToVideo(prompt="x")) is None


@pytest.mark.parametrize(
    ("extra", "changed"),
    [
        ({"duration": 15}, ("duration",)),
        ({"parameters": {"Duration": 15, "size": "1920*1080"}}, ("duration", "size")),
        ({"list": [[{"N": 2}]]}, ("n",)),
        ({"num_frames": 400, "fps": 24}, ("fps", "num_frames")),
        ({"model": "wan9"}, ("model",)),
        ({"duration": None}, ("duration",)),
    ],
)
def test_what_changes_the_bill_past_the_request_has_no_price(extra, changed):
    request = TextToVideo(prompt="x", resolution="720p", extra=extra)
    assert billed_extra(request.extra) == changed
    assert quote(PRICES, request) is None
    assert quote(PRICES, request, is_own=True) is None


@pytest.mark.parametrize("extra", [{}, {"steps": 30}, {"metadata": {"title": "duration"}}, {"durations": [1]}])
def test_other_words_of_the_service_leave_the_price_as_it_is(extra):
    request = TextToVideo(prompt="x", resolution="720p", extra=extra)
    assert quote(PRICES, request) == quote(PRICES, TextToVideo(prompt="x", resolution="720p"))


def test_an_extra_that_holds_itself_is_looked_through_once():
    extra = {"steps": 30}
    extra["again"] = [extra, {"size": 1}]
    assert billed_extra(extra) == ("size",)
    assert billed_extra(5) == ()


def test_what_is_only_like_a_model_has_no_price_but_the_users():
    request = TextToVideo(prompt="x", model="wan9-ultra", like="wan2.6", resolution="720p")
    assert quote(PRICES, request) is None
    assert quote(PRICES, request, is_own=True).amount == Decimal("3.00")


@pytest.mark.parametrize(
    ("request_", "seconds", "billed", "at_most"),
    [
        (of(FILM), 3.0, 8.0, False),
        (of(FILM), 2.4, 7.4, False),
        (of(FILM, FILM, FILM), 12.0, 10.0, False),
        (of(FILM), None, 10.0, True),
        (of(UNTOLD), None, 10.0, True),
        (of(VideoReference(UNTOLD)), None, 10.0, True),
        (of(FILM, PICTURE), 5.0, 10.0, False),
        (of(PICTURE), None, 5.0, False),
        (of(ImageReference(UNTOLD)), None, 5.0, False),
        (ImageToVideo(image=PICTURE, resolution="720p"), None, 5.0, False),
        (TextToVideo(prompt="x", resolution="720p"), None, 5.0, False),
    ],
)
def test_seconds_of_input_videos_are_billed_up_to_their_cap(request_, seconds, billed, at_most):
    found = quote(BILLING_INPUT, request_, seconds)
    assert (found.seconds, found.at_most) == (billed, at_most)
    assert found.amount == Decimal("0.60") * Decimal(str(billed))
    assert str(found).startswith("up to ") is at_most


TOGETHER = replace(BILLING_INPUT, input_seconds=15, total_seconds=30)


@pytest.mark.parametrize(
    ("duration", "seconds", "billed", "at_most"),
    [
        (5, None, 20.0, True),
        (15, None, 30.0, True),
        (20, None, 30.0, True),
        (29, None, 30.0, True),
        (40, None, 40.0, True),  # which the service will refuse
        (20, 4.0, 24.0, False),
        (20, 12.0, 30.0, False),
    ],
)
def test_input_is_billed_no_further_than_the_clip_leaves_room_for_it(duration, seconds, billed, at_most):
    found = quote(TOGETHER, of(FILM, duration=duration), seconds)
    assert (found.seconds, found.at_most) == (billed, at_most)


def test_input_is_free_where_the_service_does_not_bill_it():
    assert quote(PRICES, of(FILM), 4.0).amount == Decimal("3.00")


def test_amounts_are_exact():
    dear = PriceList(currency="USD", per_second={("720p", True): Decimal("0.0375")}, source="x", date="y")
    found = quote(dear, TextToVideo(prompt="x", resolution="720p", duration=15))
    assert (found.amount, str(found)) == (Decimal("0.5625"), "0.5625 USD")


@pytest.mark.parametrize(
    ("request_", "amount"),
    [
        (ImageToVideo(image=URL, model="wan2.6-flash", resolution="720p"), "1.50"),
        (ImageToVideo(image=URL, model="wan2.6-flash", resolution="720p", audio=False), "0.75"),
        (ImageToVideo(image=URL, model="wan2.6-flash", resolution="1080p", duration=15), "7.50"),
        (ImageToVideo(image=URL, model="wan2.6", resolution="720p"), None),
        (TextToVideo(prompt="x"), None),
        (ImageToVideo(image=URL, model="wan9", like="wan2.6-flash", resolution="720p"), None),
        (TextToVideo(prompt="x", model="unheard-of"), None),
    ],
)
def test_toapis_publishes_the_quick_models_prices_alone(request_, amount):
    found = ToAPIs().quote(request_)
    assert (found and found.amount) == (amount and Decimal(amount))


@pytest.mark.parametrize(
    ("region", "request_", "seconds", "price"),
    [
        ("beijing", TextToVideo(prompt="x"), None, "5 CNY"),
        ("beijing", of(FILM), 2.0, "4.2 CNY"),
        ("beijing", of(FILM), None, "up to 6 CNY"),
        ("singapore", of(FILM), 9.0, "1 USD"),
        ("beijing", of(FILM, model="wan3.0"), None, "up to 12 CNY"),
        ("beijing", of(FILM, model="wan3.0", duration=20), None, "up to 18 CNY"),
        ("beijing", of(FILM, model="wan2.7", duration=10), None, "up to 9 CNY"),
        ("hongkong", TextToVideo(prompt="x"), None, "None"),
    ],
)
def test_model_studio_bills_by_region_and_what_goes_in(region, request_, seconds, price):
    assert str(DashScope(region, "llm-7x").quote(request_, seconds)) == price


def test_an_unchecked_request_of_a_form_has_no_price_and_breaks_nothing():
    draft = TextToVideo.draft({"model": ["x"], "resolution": {}, "duration": "long", "audio": "yes"})
    assert ToAPIs().quote(draft) is None
    assert DashScope().quote(draft) is None
    for fields in ({"resolution": []}, {"duration": "long"}, {"duration": None}, {"audio": []}):
        assert quote(PRICES, TextToVideo.draft({"prompt": "x", "resolution": "720p"} | fields)) is None
    for references in (None, 5, "x", [5], [[]], [None]):
        draft = ReferenceToVideo.draft({"references": references, "resolution": "720p"})
        assert quote(BILLING_INPUT, draft).at_most is bool(draft.references)
