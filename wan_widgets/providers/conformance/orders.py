"""What goes out: every choice of an offer becomes a call of its own, and everything else is refused."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from wan_widgets.providers.calls import Call, FilePart
from wan_widgets.providers.conformance.base import Listed, Suite
from wan_widgets.providers.conformance.samples import (
    CLIP,
    IDS,
    IMAGE,
    ODD_VALUES,
    PROMPT,
    SOUND,
    a_reference,
    fingerprint,
    sends_text,
    values_in,
)
from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import REQUEST_TYPES
from wan_widgets.wan.sources import Kind, LocalFile

OWN_NAME = "ww-01J9HA7JPQ9A0Z6J"
"""Our own name for an order."""


class Orders(Suite):
    """`encode_submit` and the other calls, and `problems`."""

    def test_every_offer_becomes_a_call_that_can_be_sent(self) -> None:
        for case in self.listed():
            call = self.ordered(case.order(), case)
            _check_call(call, case)
            assert call.method == "POST", f"{case}: an order is sent with {call.method}."
            assert call.json is not None or call.form, f"{case}: the order has no body."

    def test_words_and_addresses_reach_the_call(self) -> None:
        for case in self.listed():
            call = self.ordered(case.order(), case)
            assert sends_text(call, PROMPT), f"{case}: the prompt is not sent."
            if case.mode is Mode.IMAGE:
                assert sends_text(call, IMAGE), f"{case}: the address of the image is not sent."
            if case.offer.negative_prompt_limit != 0:
                call = self.ordered(case.order(negative_prompt="blurred"), case)
                assert sends_text(call, "blurred"), f"{case}: the negative prompt is not sent."
            if case.offer.guide_audio:
                call = self.ordered(case.order(audio=True, guide_audio=SOUND), case)
                assert sends_text(call, SOUND), f"{case}: the address of the sound is not sent."

    def test_references_reach_the_call_in_their_order(self) -> None:
        for case in self.listed():
            if case.mode is not Mode.REFERENCE:
                continue
            name, _, ending = a_reference(case.offer).rpartition(".")
            most = min(case.offer.max_references, case.offer.max_images or 9, case.offer.max_videos or 9, 3)
            given = [f"{name}-{number}.{ending}" for number in (3, 1, 2)[:most]]
            call = self.ordered(case.order(references=tuple(given)), case)
            sent = [value for value in values_in(call) if value in given]
            assert sent == given, f"{case}: of the references {given}, it sends {sent}."

    def test_every_size_that_is_listed_can_be_ordered_and_is_asked_for(self) -> None:
        for case in self.listed():
            shapes: list[dict[str, Any]] = []
            for resolution, row in case.offer.sizes.items():
                for ratio in [None] if case.offer.shape_follows_image else row:
                    shapes.append({"resolution": resolution} | ({"aspect_ratio": ratio} if ratio else {}))
                    call = self.ordered(case.order(**shapes[-1]), f"{case}, {shapes[-1]}")
                    assert _asks_for(call, case, resolution, ratio), f"{case}: {shapes[-1]} is not asked for."
            self._are_told_apart(case, shapes)

    def test_every_length_that_is_listed_can_be_ordered_and_is_asked_for(self) -> None:
        for case in self.listed():
            self._are_told_apart(case, [{"duration": length} for length in case.offer.durations])
            if case.offer.durations_with_video is not None:
                for length in case.offer.durations_with_video:
                    self.ordered(case.order(references=(CLIP,), duration=length), case)

    def test_every_other_choice_is_asked_for(self) -> None:
        for case in self.listed():
            offer = case.offer
            if offer.audio == "optional":
                self._are_told_apart(case, [{"audio": True}, {"audio": False}])
            if offer.watermark:
                self._are_told_apart(case, [{"watermark": True}, {"watermark": False}])
            if offer.prompt_extend:
                self._are_told_apart(case, [{"prompt_extend": True}, {"prompt_extend": False}])
            self._are_told_apart(case, [{"shot_type": shots} for shots in offer.shot_types])

    def test_a_seed_reaches_the_call_and_zero_is_one(self) -> None:
        for case in self.listed():
            if case.offer.max_seed is None:
                continue
            for seed in (0, 7, case.offer.max_seed):
                sent = values_in(self.ordered(case.order(seed=seed), case))
                assert seed in sent or str(seed) in sent, f"{case}: the seed {seed} is not sent."
            self._are_told_apart(case, [{"seed": None}, {"seed": 0}, {"seed": 7}])

    def test_a_prompt_as_long_as_the_limit_is_sent_whole(self) -> None:
        for case in self.listed():
            for name, limit in _limits(case):
                text = "猫" * limit
                assert sends_text(self.ordered(case.order(**{name: text}), case), text), f"{case}: the {name} is cut."

    def test_an_unlisted_model_is_sent_by_its_own_name_with_the_limits_of_the_one_it_is_like(self) -> None:
        for case in self.listed():
            unlisted = {"model": "somebody/model-9", "like": case.family}
            call = self.ordered(case.order(**unlisted), case)
            assert sends_text(call, "somebody/model-9"), f"{case}: an unlisted model is not sent by its own name."
            self._refuses(case, "resolution", unlisted | {"resolution": "1p"})

    def test_fields_of_the_users_own_are_laid_over_the_order(self) -> None:
        for case in self.listed():
            call = self.ordered(case.order(extra={"x_own": "of the user"}), case)
            assert sends_text(call, "of the user"), f"{case}: the fields of `extra` are not sent."
            names = [*(call.json or {}), *(name for name, _ in call.form)]
            assert "x_own" in names, f"{case}: the fields of `extra` do not keep their names."

    def test_our_name_for_an_order_goes_along_where_the_service_finds_orders_by_it(self) -> None:
        for case in self.listed():
            request = case.order()
            named = self.ordered(request, case, OWN_NAME)
            assert not sends_text(self.ordered(request, case), OWN_NAME), f"{case}: an order has another's name."
            if self.provider.knows_order_names:
                assert sends_text(named, OWN_NAME), f"{case}: it should know orders by names that it is not sent."

    def test_what_its_offers_do_not_cover_is_refused(self) -> None:
        for case in self.listed():
            for field, given in _excluded(case):
                self._refuses(case, field, given)

    def test_models_and_modes_that_it_has_not_are_refused(self) -> None:
        for case in self.listed():
            self._refuses(case, "model", {"model": "no-such-model-9"})
            self._refuses(case, "like", {"model": "somebody/model-9", "like": "no-such-model-9"})
        for family, modes in self.provider.offers.items():
            offer = next(iter(modes.values()))
            for mode in set(Mode) - set(modes):
                self._refuses(Listed(family, mode, offer), "model", {})

    def test_a_half_filled_form_is_answered_whatever_its_values(self) -> None:
        for family in dict.fromkeys((*self.provider.models[:1], *self.provider.models[-1:], "no-such-model-9")):
            for kind in REQUEST_TYPES.values():
                for field in fields(kind):
                    for value in ODD_VALUES:
                        found = self.provider.problems(kind.draft({"model": family, field.name: value}))
                        what = f"{family}, {kind.__name__}, {field.name} = {shown(value)}"
                        assert isinstance(found, tuple), f"{what}: `problems` is no tuple."
                        assert all(isinstance(each, Problem) and each.text for each in found), f"{what}: {found}"

    def test_an_id_stays_one_part_of_the_path(self) -> None:
        for encode in (self.provider.encode_retrieve, self.provider.encode_cancel):
            plain = encode("task-1")
            if plain is None:
                continue
            before, _, after = plain.path.partition("task-1")
            for task_id in IDS:
                call = encode(task_id)
                assert call is not None, f"{encode.__name__} has a call for one id and none for {task_id!r}."
                _check_call(call, encode.__name__)
                path = call.path
                assert path.startswith(before), f"The id {task_id!r} leads to {path!r}: it must be quoted."
                assert path.endswith(after), f"The id {task_id!r} leads to {path!r}: it must be quoted."
                part = path[len(before) : len(path) - len(after)]
                assert not set(part) & set("/?# "), f"The id {task_id!r} leads to {path!r}: it must be quoted."
                assert unquote(part) == task_id, f"The id {task_id!r} has become {part!r}."

    def test_it_says_that_it_cancels_where_it_has_a_call_for_it(self) -> None:
        has_call = self.provider.encode_cancel("task-1") is not None
        assert self.provider.cancels is has_call, f"`cancels` is {self.provider.cancels}, but encode_cancel disagrees."

    def test_every_other_call_can_be_sent(self) -> None:
        for call in (self.provider.encode_balance(), self.provider.encode_discover()):
            if call is not None:
                _check_call(call, f"{call.method} {call.path}")

    def test_files_go_within_the_order_or_are_sent_before(self) -> None:
        for case in self.listed():
            for kind, field in _file_fields(case):
                file = LocalFile(data=b"x")
                request = case.order(**{field: (file,) if field == "references" else file}, **_audible(field))
                found = self.provider.problems(request)
                assert found == (), f"{case}: a file as {field} is refused: {'; '.join(map(str, found))}"
                if self.provider.files_in_submit:
                    parts = [value for _, value in self.provider.encode_submit(request).form]
                    assert file in parts, f"{case}: the file of {field} is not in the form."
                else:
                    part = FilePart(file, f"{kind}-1.x", case.offer.files[kind].types[0], kind)
                    _check_call(next(self.provider.upload(part, request)), f"{case}: upload", own=False)

    def _are_told_apart(self, case: Listed, choices: list[dict[str, Any]]) -> None:
        """Each of these orders is accepted, and no two of them are sent alike."""
        sent: dict[str, dict[str, Any]] = {}
        for choice in choices:
            call = fingerprint(self.ordered(case.order(**choice), f"{case}, {choice}"))
            same = sent.setdefault(call, choice)
            assert same is choice or same == choice, f"{case}: {choice} and {same} are ordered by the same call."

    def _refuses(self, case: Listed, field: str, given: dict[str, Any]) -> None:
        what = f"{case}, {field} = {ascii(given.get(field, given))[:60]}"
        found = self.provider.problems(case.draft(**given))
        assert found, f"{what}: it is not refused, although the offer does not cover it."
        assert {each.field for each in found} == {field}, f"{what}: it is refused for {'; '.join(map(str, found))}"
        for each in found:
            assert each.allowed or each.remedy, f"{what}: the problem does not say what would be right: {each}"
            if field == "resolution":
                allowed = str(each.allowed).split(", ")
                assert allowed == list(case.offer.sizes), f"{what}: the problem allows {each.allowed}."


def _check_call(call: Call, case: object, *, own: bool = True) -> None:
    """A call that the client can send. `own`: it goes to the service itself."""
    assert isinstance(call, Call), f"{case}: {type(call).__name__} is no Call."
    assert call.method in ("GET", "POST", "PUT", "PATCH", "DELETE"), f"{case}: there is no method {call.method!r}."
    assert call.path.startswith("/") or not own, f"{case}: the path {call.path!r} does not begin with a slash."
    assert call.path.isascii(), f"{case}: the path {call.path!r} has letters that must be quoted."
    assert not set(call.path) & set(" \\#"), f"{case}: the path {call.path!r} has characters that must be quoted."
    assert call.json is None or not call.form, f"{case}: a call has JSON or a form, not both."
    if call.json is not None:
        try:
            json.dumps(call.json, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise AssertionError(f"{case}: the body is no JSON: {error}") from error
    for name, value in call.form:
        assert isinstance(name, str), f"{case}: {name!r} is no name of a field."
        assert isinstance(value, str | LocalFile | FilePart), f"{case}: {name} = {value!r} is neither text nor a file."
    for name, value in call.headers.items():
        assert f"{name}{value}".isascii(), f"{case}: the header {name} is not plain text."
        assert f"{name}{value}".isprintable(), f"{case}: the header {name} is more than one line."


def _asks_for(call: Call, case: Listed, resolution: str, ratio: str | None) -> bool:
    """Whether the call has the resolution and the shape by their names, or the size in pixels."""
    sent = [str(value).lower() for value in values_in(call)]
    row = case.offer.sizes[resolution]
    is_named = any(resolution.lower() in value for value in sent)
    if is_named and (ratio is None or len(row) == 1 or ratio in sent):
        return True
    width, height = map(str, row[ratio] if ratio else next(iter(row.values())))
    in_pixels = any(re.fullmatch(rf"{width}\D{height}", value) for value in sent)
    return in_pixels or (width, height) in pairwise(sent)


def _limits(case: Listed) -> Iterator[tuple[str, int]]:
    """The fields with text that is cut at a length."""
    for name, limit in (("prompt", case.offer.prompt_limit), ("negative_prompt", case.offer.negative_prompt_limit)):
        if limit:
            yield name, limit


def _file_fields(case: Listed) -> Iterator[tuple[Kind, str]]:
    """The fields that a file of each kind can stand in."""
    for kind in case.offer.files:
        if kind is Kind.AUDIO and case.offer.guide_audio:
            yield kind, "guide_audio"
        elif kind is Kind.IMAGE and case.mode is Mode.IMAGE:
            yield kind, "image"


def _audible(field: str) -> dict[str, bool]:
    return {"audio": True} if field == "guide_audio" else {}


def _excluded(case: Listed) -> Iterator[tuple[str, dict[str, Any]]]:
    """A field, and values that the offer does not cover because of that field alone."""
    offer = case.offer
    yield "resolution", {"resolution": "1p"}
    yield "resolution", {"resolution": f"{next(iter(offer.sizes))}x"}
    yield from _excluded_shapes(case)
    yield from (("duration", {"duration": length}) for length in range(1, 61) if length not in offer.durations)
    yield from (("shot_type", {"shot_type": each}) for each in ("spiral", "multi") if each not in offer.shot_types)
    if offer.audio != "optional":
        yield "audio", {"audio": offer.audio == "never"}
    if not offer.guide_audio:
        yield "guide_audio", {"guide_audio": SOUND}
    if not offer.watermark:
        yield "watermark", {"watermark": True}
    yield "seed", {"seed": 7 if offer.max_seed is None else offer.max_seed + 1}
    for name, limit in _limits(case):
        yield name, {name: "猫" * (limit + 1)}
    if offer.negative_prompt_limit == 0:
        yield "negative_prompt", {"negative_prompt": "blurred"}
    if offer.prompt_required and case.mode is not Mode.TEXT:
        yield "prompt", {"prompt": None}
    yield from _excluded_sources(case)


def _excluded_shapes(case: Listed) -> Iterator[tuple[str, dict[str, Any]]]:
    if case.offer.shape_follows_image:
        yield "aspect_ratio", {"aspect_ratio": "16:9"}
        return
    yield "aspect_ratio", {"aspect_ratio": "99:1"}
    every = {ratio for row in case.offer.sizes.values() for ratio in row}
    for resolution, row in case.offer.sizes.items():
        yield from (("aspect_ratio", {"resolution": resolution, "aspect_ratio": ratio}) for ratio in every - set(row))
    if case.mode is Mode.IMAGE:
        yield "aspect_ratio", {"aspect_ratio": None}


def _excluded_sources(case: Listed) -> Iterator[tuple[str, dict[str, Any]]]:
    offer = case.offer
    sources: list[Any] = [] if "oss" in offer.schemes else ["oss://bucket/kitten.png"]
    if not offer.files:
        sources.append(LocalFile(data=b"x"))
    if case.mode is Mode.IMAGE:
        yield from (("image", {"image": source}) for source in (*sources, CLIP))
    if case.mode is Mode.REFERENCE:
        yield from (("references", {"references": items}) for items in _excluded_references(case, sources))
        for length in set(offer.durations) - set(offer.durations_with_video or offer.durations):
            yield "duration", {"duration": length, "references": (CLIP,)}


def _excluded_references(case: Listed, sources: list[Any]) -> Iterator[tuple[Any, ...]]:
    offer = case.offer
    yield from ((source,) for source in sources)
    yield (a_reference(offer),) * (offer.max_references + 1)
    for reference, limit in ((IMAGE, offer.max_images), (CLIP, offer.max_videos)):
        if limit is not None:
            yield (reference,) * (limit + 1)
    if offer.needs_kinds:
        yield ("https://example.com/of-some-kind",)
