"""The conformance suite finds what is wrong with a provider: each fault here is a mistake that one easily makes."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

import wan_widgets as ww
from providers.answers import TOAPIS_ACCEPTED, TOAPIS_COMPLETED
from wan_widgets.providers import ToAPIs
from wan_widgets.providers.conformance import ProviderConformance
from wan_widgets.wan.models import Mode
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.tasks import TaskStatus


class Suite(ProviderConformance):
    provider = ToAPIs()
    accepted, finished = TOAPIS_ACCEPTED, TOAPIS_COMPLETED


def suite(provider):
    made = Suite()
    made.provider = provider
    return made


def sent_otherwise(change):
    """ToAPIs, but for what it makes of an order's body."""

    class Provider(ToAPIs):
        def encode_submit(self, request, *, order=None):
            call = super().encode_submit(request, order=order)
            body = dict(call.json)
            return change(replace(call, json=body), body, request) or replace(call, json=body)

    return Provider()


def without(*names):
    return sent_otherwise(lambda call, body, request: [body.pop(name, None) for name in names] and None)


def offered_otherwise(**facts):
    """ToAPIs, but for what one of its offers says."""
    offers = {family: dict(modes) for family, modes in ToAPIs.offers.items()}
    offers["wan2.6"][Mode.TEXT] = replace(offers["wan2.6"][Mode.TEXT], **facts)
    return type("Provider", (ToAPIs,), {"offers": offers})()


def read_otherwise(decode):
    """ToAPIs, but for how it reads."""
    return type("Provider", (ToAPIs,), {"decode_submit": decode, "decode_retrieve": decode})()


def with_facts(**facts):
    return type("Provider", (ToAPIs,), facts)()


def believes_everything(self, reply):
    return ww.VideoTask(id="task", status=TaskStatus.IN_PROGRESS, provider=self.name)


def reads_without_care(self, reply):
    body = json.loads(reply.content)
    return ww.VideoTask(id=body["id"], status=TaskStatus(body["status"]), provider=self.name)


def of(**changes):
    """Reads as ToAPIs does and then changes the task."""
    return lambda self, reply: replace(ToAPIs.decode_retrieve(self, reply), **changes)


def knows_one_end(self, reply):
    task = ToAPIs.decode_retrieve(self, reply)
    return task if task.note is None else replace(task, status=TaskStatus.FAILED)


def hides_the_status(self, reply):
    try:
        return ToAPIs.decode_retrieve(self, reply)
    except ww.HTTPStatusError as error:
        raise ww.HTTPStatusError(error.happened, status_code=error.status_code) from None


def says_it_raw(self, reply):
    try:
        return ToAPIs.decode_retrieve(self, reply)
    except ww.HTTPStatusError as error:
        error.args = (reply.content.decode(errors="replace"),)
        error.message = reply.content.decode(errors="replace")
        raise


def forgets_to_wait(self, reply):
    return ToAPIs.decode_retrieve(self, replace(reply, headers={}))


def says_it_for_another(self, reply):
    try:
        return ToAPIs.decode_retrieve(self, reply)
    except ww.WanError as error:
        error.message = error.message.replace("ToAPIs", "It")
        raise


def looks_at_the_status_alone(self, reply):
    return ToAPIs.decode_retrieve(self, reply) if reply.status_code == 200 else believes_everything(self, reply)


def an_upload_without_an_address(self, part, request):
    yield ww.Call("POST", "/v1/uploads/images", form=(("file", part),))
    return ""


def a_find_that_believes_everything(self, order, request, since):
    reply = yield self.encode_retrieve(order)
    return (believes_everything(self, reply),)


UNPRICED = replace(ToAPIs.offers["wan2.6-flash"][Mode.IMAGE].price, per_second={})
FAULTS = {
    "test_its_names_can_be_written_and_read": {
        "a name with a space": with_facts(name="To APIs"),
        "no title": with_facts(title=""),
        "a variable with a dot": with_facts(key_variables=("toapis.key",)),
    },
    "test_its_addresses_are_addresses": {
        "a slash at the end": with_facts(base_url="https://toapis.com/"),
        "no scheme": with_facts(base_url="toapis.com"),
        "a region that is not there": with_facts(region="moon"),
    },
    "test_it_stays_itself_at_any_address": {"a class": with_facts(at=lambda self, url, region: ToAPIs)},
    "test_it_is_asked_at_a_pace": {
        "no time": with_facts(pace=ww.Pace(usual=0)),
        "no question": with_facts(pace=ww.Pace(questions=0)),
    },
    "test_it_offers_something_and_knows_its_models": {
        "no offer": with_facts(offers={}),
        "a family that is not found": with_facts(family=lambda self, model, mode: None),
        "every family": with_facts(family=lambda self, model, mode: model),
    },
    "test_its_offers_are_sound": {
        "lengths in disorder": offered_otherwise(durations=(10, 5)),
        "an image's shape without an image": offered_otherwise(shape_follows_image=True),
        "a row without a size": offered_otherwise(sizes={"720p": {}}),
    },
    "test_its_prices_are_for_what_can_be_ordered": {"a list without a price": offered_otherwise(price=UNPRICED)},
    "test_what_a_person_leaves_open_can_be_filled_in": {
        "a length that only some have": with_facts(
            problems=lambda self, request: (Problem("duration", "No.", "7"),) if request.duration == 5 else ()
        ),
    },
    "test_every_offer_becomes_a_call_that_can_be_sent": {
        "GET": sent_otherwise(lambda call, body, request: replace(call, method="GET")),
        "a whole address": sent_otherwise(lambda call, body, request: replace(call, path="https://toapis.com/v1")),
        "bytes in JSON": sent_otherwise(lambda call, body, request: body.update(prompt=b"A kitten")),
        "an infinite number": sent_otherwise(lambda call, body, request: body.update(cfg=float("inf"))),
        "a line in a header": sent_otherwise(lambda call, body, request: replace(call, headers={"X-A": "a\nb"})),
    },
    "test_words_and_addresses_reach_the_call": {
        "no prompt": without("prompt"),
        "no image": without("image_urls"),
        "no negative prompt": without("negative_prompt"),
    },
    "test_references_reach_the_call_in_their_order": {
        "in another order": sent_otherwise(
            lambda call, body, request: body.get("metadata", {}).get("reference_urls", []).sort()
        ),
    },
    "test_every_size_that_is_listed_can_be_ordered_and_is_asked_for": {
        "no resolution": without("resolution"),
        "no aspect ratio": without("aspect_ratio"),
        "one ratio for another": sent_otherwise(
            lambda call, body, request: (
                "aspect_ratio" in body
                and body.update(
                    aspect_ratio={"4:3": "3:4", "3:4": "4:3"}.get(request.aspect_ratio, request.aspect_ratio)
                )
            )
        ),
    },
    "test_every_length_that_is_listed_can_be_ordered_and_is_asked_for": {"no duration": without("duration")},
    "test_every_other_choice_is_asked_for": {
        "no sound": without("audio"),
        "no watermark": without("watermark"),
        "no rewriting": without("prompt_extend"),
        "no shots": without("shot_type"),
    },
    "test_a_seed_reaches_the_call_and_zero_is_one": {
        "no seed": without("seed"),
        "zero is none": sent_otherwise(lambda call, body, request: body.update(seed=request.seed or None)),
    },
    "test_a_prompt_as_long_as_the_limit_is_sent_whole": {
        "cut": sent_otherwise(lambda call, body, request: body.update(prompt=(request.prompt or "")[:1000])),
    },
    "test_an_unlisted_model_is_sent_by_its_own_name_with_the_limits_of_the_one_it_is_like": {
        "always the same": sent_otherwise(lambda call, body, request: body.update(model="wan2.6")),
    },
    "test_fields_of_the_users_own_are_laid_over_the_order": {"left out": without("x_own")},
    "test_our_name_for_an_order_goes_along_where_the_service_finds_orders_by_it": {
        "left out": without("client_business_id"),
    },
    "test_what_its_offers_do_not_cover_is_refused": {
        "anything goes": with_facts(problems=lambda self, request: ()),
        "no help": with_facts(
            problems=lambda self, request: tuple(
                replace(each, allowed="", remedy="") for each in ToAPIs.problems(self, request)
            )
        ),
    },
    "test_models_and_modes_that_it_has_not_are_refused": {"anything goes": with_facts(problems=lambda self, _: ())},
    "test_a_half_filled_form_is_answered_whatever_its_values": {
        "it breaks": with_facts(
            problems=lambda self, request: ToAPIs.problems(self, request) if request.prompt + "" else ()
        ),
    },
    "test_an_id_stays_one_part_of_the_path": {
        "as it is": with_facts(encode_retrieve=lambda self, each: ww.Call("GET", f"/v1/videos/generations/{each}")),
    },
    "test_it_says_that_it_cancels_where_it_has_a_call_for_it": {"a promise": with_facts(cancels=True)},
    "test_every_other_call_can_be_sent": {
        "no slash": with_facts(encode_balance=lambda self: ww.Call("GET", "v1/balance")),
    },
    "test_files_go_within_the_order_or_are_sent_before": {"no upload": with_facts(upload=ww.Provider.upload)},
    "test_an_accepted_order_is_a_task_that_goes_on": {
        "another's": read_otherwise(of(provider="other")),
        "a progress of 1000": read_otherwise(of(progress=1000)),
        "ended at once": read_otherwise(of(status=TaskStatus.CANCELLED)),
        "a time without a zone": read_otherwise(of(created_at=datetime(2026, 1, 1))),  # noqa: DTZ001
    },
    "test_a_finished_task_has_a_clip_that_can_be_fetched": {
        "a file on the disk": read_otherwise(of(video_url="file:///tmp/a.mp4")),
        "no address": read_otherwise(of(video_url=None)),
    },
    "test_an_id_is_the_same_in_every_reply_and_in_the_question": {
        "it changes": with_facts(
            decode_submit=lambda self, reply: replace(ToAPIs.decode_submit(self, reply), id="another")
        ),
    },
    "test_a_word_that_nobody_knows_ends_no_task": {"a failure": read_otherwise(knows_one_end)},
    "test_garbage_in_one_field_is_a_task_or_an_error": {"an error of Python's": read_otherwise(reads_without_care)},
    "test_what_is_no_json_is_an_unexpected_reply": {"a task": read_otherwise(believes_everything)},
    "test_json_without_a_task_is_an_error": {"a task": read_otherwise(believes_everything)},
    "test_a_status_that_is_no_success_is_an_error": {"a task": read_otherwise(looks_at_the_status_alone)},
    "test_each_status_has_its_error": {"one for all": read_otherwise(hides_the_status)},
    "test_an_error_names_the_service": {"it does not": read_otherwise(says_it_for_another)},
    "test_how_long_to_wait_and_the_id_of_the_request_are_read": {"no headers": read_otherwise(forgets_to_wait)},
    "test_texts_of_the_service_are_one_plain_line_of_bounded_length": {"raw": read_otherwise(says_it_raw)},
    "test_a_cancellation_is_a_task_or_an_error": {
        "an error of Python's": with_facts(decode_cancel=lambda self, reply: json.loads(reply.content)["id"]),
    },
    "test_what_a_server_says_of_itself_is_known_or_there_is_an_error": {
        "it raises": with_facts(decode_discover=lambda self, reply: json.loads(reply.content) and self),
    },
    "test_a_balance_is_an_amount_or_an_error": {"nothing": with_facts(decode_balance=lambda self, reply: None)},
    "test_a_file_has_an_address_in_the_end_or_there_is_an_error": {
        "no address": with_facts(upload=an_upload_without_an_address),
        "a promise": with_facts(files_in_submit=True),
    },
    "test_an_order_is_found_or_there_is_an_error": {
        "in anything": with_facts(find=a_find_that_believes_everything),
        "although it cannot be": with_facts(finds_orders=False),
    },
}
CASES = [
    pytest.param(test, provider, id=f"{test[5:]}: {name}")
    for test, cases in FAULTS.items()
    for name, provider in cases.items()
]


@pytest.mark.parametrize(("test", "provider"), CASES)
def test_a_fault_is_found(test, provider):
    with pytest.raises(Exception) as caught:  # noqa: PT011  # its test says more
        getattr(suite(provider), test)()
    assert isinstance(caught.value, AssertionError) or test in RAISE_THEMSELVES
    assert str(caught.value)


RAISE_THEMSELVES = {
    "test_a_half_filled_form_is_answered_whatever_its_values",
    "test_what_a_server_says_of_itself_is_known_or_there_is_an_error",
    "test_files_go_within_the_order_or_are_sent_before",
}
"""Here the provider's own error says where it breaks."""


def test_each_test_of_the_suite_finds_something():
    assert set(FAULTS) == {name for name in dir(ProviderConformance) if name.startswith("test_")}


def test_without_pytest_all_that_fails_is_told_at_once():
    with pytest.raises(AssertionError) as caught:
        suite(with_facts(title="", cancels=True, decode_discover=lambda self, reply: {}["x"])).check()
    said = str(caught.value)
    assert said.startswith("3 tests fail.\ntest_")
    assert "test_its_names_can_be_written_and_read: The title '' is not a name that people read." in said
    assert "test_what_a_server_says_of_itself_is_known_or_there_is_an_error: KeyError: 'x'" in said
    suite(ToAPIs()).check()


def test_without_answers_of_the_service_it_asks_for_them():
    made = ProviderConformance()
    made.provider = ToAPIs()
    with pytest.raises(AssertionError, match="`accepted` is no answer to an order"):
        made.check()
