"""The facts of a provider: its names, its address, and what its offers say."""

import re
from decimal import Decimal
from urllib.parse import urlsplit

from wan_widgets.providers.conformance.base import Listed, Suite
from wan_widgets.providers.provider import Provider
from wan_widgets.providers.usual import usual_fields, usual_model
from wan_widgets.wan.models import Mode
from wan_widgets.wan.pasted import choice


class Facts(Suite):
    """What is data must be sound, and one fact must not contradict another."""

    def test_its_names_can_be_written_and_read(self) -> None:
        name, title = self.provider.name, self.provider.title
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", name), f"The name {name!r} is not lower-case letters, digits and -."
        assert title.strip() == title != "", f"The title {title!r} is not a name that people read."
        assert title.isprintable(), f"The title {title!r} has characters that cannot be shown."
        for variable in self.provider.key_variables:
            assert re.fullmatch(r"[A-Z][A-Z0-9_]*", variable), f"{variable!r} is no name of an environment variable."

    def test_its_addresses_are_addresses(self) -> None:
        addresses = [self.provider.base_url, *self.provider.regions.values()]
        for address in filter(None, addresses):
            parts = urlsplit(address)
            assert parts.scheme in ("http", "https"), f"{address!r} is no web address."
            assert parts.hostname, f"{address!r} has no host."
            assert not parts.query, f"{address!r} has a query: paths are written behind it."
            assert not address.endswith("/"), f"{address!r} ends with a slash: paths begin with one."
        assert self.provider.prefix.startswith("/"), f"The prefix {self.provider.prefix!r} is no beginning of a path."
        regions, region = self.provider.regions, self.provider.region
        assert region in regions or not (region or regions), f"The region {region!r} is not one of {list(regions)}."

    def test_it_stays_itself_at_any_address(self) -> None:
        for address in (None, "https://gateway.example.com", "http://127.0.0.1:8000/v1"):
            moved = self.provider.at(address, None)
            assert isinstance(moved, Provider), f"`at` returned {type(moved).__name__} in place of a provider."
            assert moved.name == self.provider.name, f"`at` made {moved.name!r} of {self.provider.name!r}."

    def test_it_is_asked_at_a_pace(self) -> None:
        pace = self.provider.pace
        assert pace.usual > 0, "No task is done in no time: pace.usual is not more than 0."
        assert pace.questions > 0, "Nobody could ask about a task: pace.questions is not more than 0."

    def test_it_offers_something_and_knows_its_models(self) -> None:
        offers = self.provider.offers
        assert offers, "It has no offers: nothing can be ordered."
        assert self.provider.models == tuple(offers), "`models` are not the families of `offers`, in their order."
        for case in self.listed():
            found = self.provider.family(case.family, case.mode)
            assert found == case.family, f"{case}: `family` makes {found!r} of its own name."
            assert self.provider.offer(case.family, case.mode) is case.offer, f"{case}: `offer` does not find it."
        assert self.provider.family("no-such-model-9", Mode.TEXT) is None, "`family` knows a model that there is not."

    def test_its_offers_are_sound(self) -> None:
        for case in self.listed():
            offer = case.offer
            assert offer.sizes, f"{case}: there is no size."
            for resolution, row in offer.sizes.items():
                assert row, f"{case}: {resolution} has no shape."
                kept = choice(resolution)
                assert resolution == kept, f"{case}: a request keeps the resolution {resolution!r} as {kept!r}."
                for ratio, size in row.items():
                    assert re.fullmatch(r"\d+:\d+", ratio), f"{case}: {ratio!r} is no aspect ratio."
                    assert min(size) > 0, f"{case}: {resolution} {ratio} has the size {size}."
            for lengths in (offer.durations, offer.durations_with_video or offer.durations):
                assert lengths, f"{case}: there is no length."
                assert list(lengths) == sorted(set(lengths)), f"{case}: the lengths {lengths} are not in their order."
                assert lengths[0] > 0, f"{case}: there is a length of {lengths[0]} s."
            assert set(offer.durations_with_video or ()) <= set(offer.durations), f"{case}: a video adds lengths."
            assert offer.audio != "never" or not offer.guide_audio, f"{case}: silent clips cannot follow a sound."
            limits = (offer.prompt_limit, offer.negative_prompt_limit, offer.max_seed)
            assert all(limit is None or limit >= 0 for limit in limits), f"{case}: a limit is negative."
            assert offer.prompt_limit != 0, f"{case}: no prompt would be short enough."
            assert offer.max_running is None or offer.max_running > 0, f"{case}: no task may run."
            self._files_are_sound(case)
            self._references_are_sound(case)

    def test_its_prices_are_for_what_can_be_ordered(self) -> None:
        for case in self.listed():
            price = case.offer.price
            sounds = {"always": {True}, "never": {False}, "optional": {True, False}}[case.offer.audio]
            for resolution in case.offer.sizes:
                for audio in sounds:
                    quote = self.provider.quote(case.order(resolution=resolution, audio=audio), 0.0)
                    what = f"{case}: {resolution} {'with' if audio else 'without'} sound"
                    if price is None:
                        assert quote is None or quote.amount == 0, f"{what} has a price that is published nowhere."
                        continue
                    assert quote is not None, f"{what} has no price in the list, and others have."
                    assert quote.amount > 0 or self.provider.is_simulated, f"{what} costs {quote.amount}."
            if price is not None:
                assert all(isinstance(each, Decimal) for each in price.per_second.values()), f"{case}: not a Decimal."
                assert price.source, f"{case}: its prices come from nowhere."
                assert re.fullmatch(r"\d{4}-\d\d-\d\d", price.date), f"{case}: its prices have the date {price.date!r}."

    def test_what_a_person_leaves_open_can_be_filled_in(self) -> None:
        for mode in Mode:
            family = usual_model(self.provider, mode)
            if family is None:
                continue
            case = Listed(family, mode, self.provider.offers[family][mode])
            usual = usual_fields(self.provider, mode, {})
            found = self.provider.problems(case.order(**usual))
            assert found == (), f"{case}: the usual values are refused: {'; '.join(map(str, found))}"

    def _files_are_sound(self, case: Listed) -> None:
        for kind, rules in case.offer.files.items():
            assert rules.types, f"{case}: files of no type are taken as {kind}s."
            for each in rules.types:
                assert each.startswith(f"{kind}/"), f"{case}: {each} is no type of a file with {kind}."
            assert rules.max_bytes is None or rules.max_bytes > 0, f"{case}: no {kind} is small enough."
        assert case.offer.schemes, f"{case}: no address can be fetched."

    def _references_are_sound(self, case: Listed) -> None:
        offer = case.offer
        if case.mode is Mode.REFERENCE:
            assert offer.max_references > 0, f"{case}: there may be no reference."
            assert (offer.max_images, offer.max_videos) != (0, 0), f"{case}: a reference may be of no kind."
        assert case.mode is Mode.IMAGE or not offer.shape_follows_image, f"{case}: there is no image to take the shape."
