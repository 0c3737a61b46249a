"""The form without a browser: its traits, its request, and what becomes of a click."""

import pytest
import traitlets

import wan_widgets as ww
from wan_widgets.providers import ToAPIs
from wan_widgets.wan.problems import Problem
from wan_widgets.words import say
from widgets.test_board import until


@pytest.fixture
def form():
    form = ww.VideoForm()
    yield form
    form.close()


@pytest.fixture
def toapis():
    return ww.VideoForm(ww.AsyncClient("toapis", api_key="k"))


def click(form, submission, *, sure=False, **values):
    """A click on Generate, as the browser tells of it; returns the answers."""
    answers = []
    form.send = lambda content, buffers=None: answers.append(content)
    message = {"method": "custom", "content": {"kind": "generate", "id": submission, "values": values, "sure": sure}}
    known = (form._clicks._answers.get(submission) or {"kind": "new"})["kind"]
    form._handle_msg({"content": {"data": message}, "buffers": []})
    if known:  # else it is the second click, and the first one gets the answer
        until(lambda: answers)
    return answers


def test_its_values_make_the_request(form):
    form.prompt, form.seed, form.resolution, form.aspect_ratio = "an owl", 3, "720p", "9:16"

    assert form.request == ww.TextToVideo(prompt="an owl", seed=3, resolution="720p", aspect_ratio="9:16")


def test_each_mode_takes_what_it_has(form):
    form.image, form.references = " https://a.example/i.png ", ["https://a.example/r.mp4", " "]
    form.mode = "i2v"
    assert form.request == ww.ImageToVideo(image="https://a.example/i.png")
    form.mode = "r2v"

    assert form.request == ww.ReferenceToVideo(references=["https://a.example/r.mp4"])


def test_the_request_says_all_that_is_wrong(toapis):
    toapis.duration, toapis.audio, toapis.resolution = 7, False, "480p"

    with pytest.raises(ww.InvalidRequest) as caught:
        _ = toapis.request

    assert {problem.field for problem in caught.value.problems} == {"prompt", "duration", "audio", "resolution"}


def test_problems_follow_the_values(form):
    assert [problem["field"] for problem in form._problems] == ["prompt"]
    form.prompt = "an owl"
    assert form._problems == []
    form.model = "wan9"

    assert [problem["field"] for problem in form._problems] == ["model"]
    assert form._offers["t2v"]["family"] == ""  # what is shown is the usual model's


def test_a_kind_that_is_not_known_is_told_by_choosing_it():
    form = ww.VideoForm(ww.AsyncClient("dashscope", api_key="k"), mode="r2v", model="wan2.7", prompt="x")
    form.references = ["https://a.example/9f3a"]

    [problem] = form._problems
    assert problem["text"].endswith("whether it is an image or a video. Choose which.")


def test_a_remedy_is_the_forms_own_by_its_key_and_not_by_its_words():
    class Mine(ToAPIs):
        def problems(self, request):
            return (
                Problem("extra", say("providers.references.unknown_kind"), remedy="Say it."),
                Problem("seed", "Odd.", remedy="Never write ww.ImageReference(…) here."),
            )

    form = ww.VideoForm(ww.AsyncClient(Mine(), api_key="k"), mode="r2v")

    texts = {problem["field"]: problem["text"] for problem in form._problems}
    assert texts["extra"] == "the address does not tell whether it is an image or a video. Choose which."
    assert texts["seed"] == "Odd. Never write ww.ImageReference(…) here."


def test_traits_can_be_observed_and_linked(form):
    other = ww.VideoForm()
    seen = []
    form.observe(lambda change: seen.append(change["new"]), "prompt")
    with_link = traitlets.link((form, "prompt"), (other, "prompt"))

    other.prompt = "linked"

    assert seen == ["linked"]
    with_link.unlink()


def test_a_click_calls_the_handlers_with_its_own_values(form):
    requests = []
    form.on_generate(requests.append)

    answers = click(form, "one", prompt="from the browser", seed=5, unknown="ignored", _problems="ignored")

    assert requests == [ww.TextToVideo(prompt="from the browser", seed=5)]
    assert answers == [{"kind": "accepted", "id": "one"}]
    assert form.prompt == "from the browser"


def test_the_clicks_of_one_submission_are_one(form):
    requests = []
    form.on_generate(requests.append)

    answers = [click(form, submission, prompt="x")[0] for submission in ("one", "one", "two", "one")]

    assert len(requests) == 2
    assert [answer["id"] for answer in answers] == ["one", "one", "two", "one"]
    assert {answer["kind"] for answer in answers} == {"accepted"}


def test_an_invalid_click_reaches_no_handler(form):
    requests = []
    form.on_generate(requests.append)

    [answer] = click(form, "one", prompt=" ", duration=4)

    assert requests == []
    assert answer["kind"] == "refused"
    assert [problem["field"] for problem in answer["problems"]] == ["prompt", "duration"]


@pytest.mark.parametrize("values", [{"duration": "long"}, {"mode": "x2v"}, {"references": 5}, {"prompt": None}])
def test_values_of_the_wrong_kind_are_refused_and_change_nothing(form, values):
    form.on_generate(lambda request: pytest.fail("must not be called"))
    before = {name: getattr(form, name) for name in ww.widgets.form.FIELDS}

    [answer] = click(form, "one", **values)

    assert answer["kind"] == "refused"
    assert answer["message"]
    assert {name: getattr(form, name) for name in ww.widgets.form.FIELDS} == before


def test_a_handler_that_refuses_says_why(form):
    def refuse(request):
        raise ww.WanError("The budget is used up.")

    form.on_generate(refuse)

    [answer] = click(form, "one", prompt="x")

    assert answer == {"kind": "refused", "id": "one", "problems": [], "message": "The budget is used up."}


def test_a_form_that_nobody_listens_to_says_so(form):
    [answer] = click(form, "one", prompt="x")

    assert "on_generate" in answer["message"]


def test_messages_that_are_none_are_ignored(form):
    for content in (None, [], "x", {}, {"kind": "generate"}, {"kind": "generate", "id": 5}):
        form._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})

    assert form.prompt == ""


def test_fill_takes_over_a_request(form):
    request = ww.ReferenceToVideo(references=["https://a.example/r.mp4"], duration=10, seed=9, resolution="720p")
    form.prompt, form.negative_prompt = "old", "old"

    form.fill(request)

    assert form.request == request


def test_fill_brings_a_request_to_what_the_service_has(toapis):
    request = ww.ImageToVideo(
        image="https://a.example/i.png", prompt="x", model="wan3.0", resolution="480p", duration=7, seed=3
    )

    toapis.fill(request)

    assert toapis._problems == []
    assert (toapis.mode, toapis.image, toapis.prompt, toapis.seed) == ("i2v", request.image, "x", 3)
    assert (toapis.model, toapis.resolution, toapis.duration) == ("wan2.6", "720p", 5)


def test_neither_traits_nor_repr_have_the_key():
    form = ww.VideoForm(ww.AsyncClient("toapis", api_key="sk-planted-0123456789"))

    assert "planted" not in repr(form.get_state()) + repr(form)


def test_a_misspelt_value_is_no_value():
    with pytest.raises(TypeError, match="Did you mean 'resolution'"):
        ww.VideoForm(resoluton="720p")
    with pytest.raises(TypeError, match="no value 'api_key'"):
        ww.Studio(api_key="k")


def test_a_misspelt_value_is_not_taken_later_either(form):
    with pytest.raises(AttributeError, match=r"VideoForm has no value 'promt'\. Did you mean 'prompt'\?"):
        form.promt = "An owl"
    with pytest.raises(AttributeError, match=r"Studio has no value 'prompt'\. Did you mean 'form\.prompt'\?"):
        ww.Studio().prompt = "An owl"
    with pytest.raises(AttributeError, match=r"Use another service with use\(…\)"):
        form.provider = "dashscope"
    with pytest.raises(AttributeError, match=r"Use another service with form\.use\(…\)"):
        ww.Studio().provider = "dashscope"

    form.my_notes = "mine"
    assert (form.prompt, form.my_notes) == ("", "mine")


def test_a_handler_that_breaks_is_answered_too(form, caplog):
    form.on_generate(lambda request: 1 / 0)

    [answer] = click(form, "one", prompt="x")

    assert answer["kind"] == "refused"
    assert "division by zero" in answer["message"]
    assert "a submission of the form" in caplog.text


@pytest.mark.parametrize("name", ["duration", "seed"])
@pytest.mark.parametrize("value", [10**400, -(10**5000), 2**53], ids=["huge", "unwritable", "next"])
def test_a_number_out_of_all_proportion_is_refused_with_words(toapis, name, value):
    before = getattr(toapis, name)
    with pytest.raises(traitlets.TraitError, match="out of all proportion"):
        setattr(toapis, name, value)
    assert getattr(toapis, name) == before
    [answer] = click(toapis, "huge", **{name: value})
    assert answer["kind"] == "refused"
    setattr(toapis, name, 2**53 - 1)
    assert any(problem["field"] == name for problem in toapis._problems)
