"""What one writes becomes cells: requests of every kind, checked for their services, all problems at once."""

import pytest

import wan_widgets as ww
from wan_widgets.experiments.making import SEED
from wan_widgets.experiments.study import Study
from wan_widgets.ledger.ledger import ledger

IMAGE, CLIP = "https://example.com/cat.jpg", "https://example.com/cat.mp4"
LISTS = [[CLIP], [CLIP, "https://example.com/dog.mp4"]]
LONG = ww.TextToVideo("It runs", seed=7, duration=10)


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    for name in ("toapis", "dashscope", "uniall"):
        monkeypatch.setenv(ww.providers.PROVIDERS[name].key_variables[0], "sk-0123456789")


def test_the_example_of_the_page():
    study = Study(
        ww.TextToVideo(prompt="a {animal} in {weather}", duration=5),
        animal=["fox", "owl"],
        weather=["fog", "rain"],
        seed=range(4),
        resolution=["720p", "1080p"],
        provider=["dashscope", "simulator"],
        together=[("animal", "weather")],
        baseline={"seed": 0},
    )
    assert len(study) == 2 * 4 * 2 * 2
    assert [len(axis) for axis in study.axes] == [2, 4, 2, 2]
    last = study.cells[-1]
    assert last.request == ww.TextToVideo("a owl in rain", seed=3, resolution="1080p")
    assert last.place == {
        "animal": "owl", "weather": "rain", "seed": 3, "resolution": "1080p", "provider": "simulator",
    }  # fmt: skip
    assert last.steps == (1, 3, 1, 1)
    assert last.client.provider.name == "simulator"
    assert [cell.is_baseline for cell in study.cells] == [cell.place["seed"] == 0 for cell in study.cells]
    assert study.shared["prompt"] == "a {animal} in {weather}"
    assert study.shared["duration"] == 5
    assert not {"seed", "resolution", "provider"} & set(study.shared)
    assert len({id(cell.client) for cell in study.cells}) == 2, "one client a service"


@pytest.mark.parametrize(
    ("request_", "values", "requests"),
    [
        ("It runs", {}, [ww.TextToVideo("It runs", seed=SEED, resolution="1080p")]),
        (["a", "b"], {"seed": 3}, [ww.TextToVideo(each, seed=3) for each in "ab"]),
        (None, {"prompt": ["a", "b"]}, [ww.TextToVideo(each, seed=SEED) for each in "ab"]),
        ("It runs", {"image": [IMAGE]}, [ww.ImageToVideo("It runs", image=IMAGE, seed=SEED)]),
        ("It runs", {"image": IMAGE, "seed": [3]}, [ww.ImageToVideo("It runs", image=IMAGE, seed=3)]),
        ("x", {"references": CLIP}, [ww.ReferenceToVideo("x", references=[CLIP], seed=SEED)]),
        ("x", {"references": LISTS}, [ww.ReferenceToVideo("x", references=each, seed=SEED) for each in LISTS]),
        (LONG, {"resolution": ["720p"]}, [ww.TextToVideo("It runs", seed=7, duration=10, resolution="720p")]),
        (ww.TextToVideo("It runs"), {"image": [IMAGE]}, [ww.ImageToVideo("It runs", image=IMAGE, seed=SEED)]),
        ("a {{b}} {c}", {"c": ["{d}", 1.5]}, [ww.TextToVideo(f"a {{b}} {each}", seed=SEED) for each in ("{d}", 1.5)]),
        (None, {"prompt": ["{n} a", "{n} b"], "n": 1}, [ww.TextToVideo(f"1 {each}", seed=SEED) for each in "ab"]),
        ("seed {seed}", {"seed": [1]}, [ww.TextToVideo("seed 1", seed=1)]),
    ],
)  # fmt: skip
def test_requests(request_, values, requests):
    study = Study(request_, provider="simulator", **values)
    assert [cell.request for cell in study.cells] == requests


def test_fields_that_are_left_open_get_the_services_usual_values_as_in_generate():
    [cell] = Study("A kitten", provider="toapis").cells
    assert cell.request.resolution == ww.TextToVideo("A kitten").resolution
    assert cell.request.model == next(iter(ww.providers.PROVIDERS["toapis"].offers))


MISUSES = {
    "unknown": ({"resolutoin": ["720p"]}, "A sweep has no resolutoin=.*Did you mean resolution="),
    "of the client": ({"api_key": "secret-secret"}, "belongs to the client"),
    "unused": ({"animals": ["a"]}, "A sweep has no animals=, and its prompt has no placeholder {animals}"),
    "no value": ({"prompt": "a {animal}", "animals": 1}, "animals="),
    "placeholder": ({"prompt": "a {animal}"}, "has the placeholder {animal}, and no value.*animal="),
    "near": ({"prompt": "a {anmal}", "seed": 1, "animal": 2}, "animal="),
    "baseline": ({"seed": [1, 2], "baseline": {"sed": 1}}, "baseline= names sed.*Did you mean seed="),
    "baseline without names": ({"seed": [1, 2], "baseline": 0}, "baseline= takes names.*0 has no names"),
    "an option": ({"at_onc": 2}, "Did you mean at_once="),
    "nothing near": ({"retry": True}, "There are: .*at_once.*together"),
    "provider in the prompt": ({"prompt": "a {provider}", "provider": "simulator"}, "{provider} cannot stand in"),
    "repeat in the prompt": ({"prompt": "a {repeat}", "repeat": 2}, "{repeat} cannot stand in"),
    "a file in the prompt": ({"prompt": "a {image}", "image": IMAGE}, "{image} cannot stand in"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "said"), MISUSES.values(), ids=MISUSES)
def test_a_name_that_nothing_has_is_told_with_the_near_one(values, said):
    with pytest.raises(ww.Misuse, match=said) as caught:
        Study(**({"prompt": "A kitten"} | values))
    assert "secret" not in str(caught.value)


REFUSED = {
    "brace": ({"prompt": "a {animal"}, "prompt: The prompt has “{”.*twice"),
    "format": ({"prompt": "a {0:>3}"}, "prompt: The prompt has “{0:>3}”"),
    "no text": ({"prompt": "{a}", "a": [None, "b"]}, "a: None cannot stand in a prompt. Allowed: text and numbers"),
    "no text alone": ({"prompt": "{a}", "a": True}, "a: True cannot stand in a prompt"),
    "same clip": ({"prompt": ["{a}", "b"], "a": ["x", "y"]}, "Two cells are the same clip"),
    "written in two ways": ({"prompt": "a", "resolution": ["720p", "720P"]}, "Two cells are the same clip"),
    "two starts": ({"prompt": "a", "image": [IMAGE], "references": [[CLIP]]}, "from an image or from references"),
    "baseline": ({"prompt": "a", "seed": [1, 2], "baseline": {"seed": 3}}, "3 is no value of seed. Allowed: 1, 2"),
    "at once": ({"prompt": "a", "at_once": 0}, "at_once: 0 is no number"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "said"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_sense_is_refused(values, said):
    with pytest.raises(ww.InvalidRequest, match=said):
        Study(**values)


def test_the_problems_of_all_cells_are_told_at_once_each_with_its_cells():
    with pytest.raises(ww.InvalidRequest) as caught:
        Study(
            "A kitten",
            seed=[1, 2**40],
            duration=[5, 7, 10],
            resolution=["720p", "4k"],
            provider="simulator",
            audio=[1, 2],
        )
    said = sorted(str(problem) for problem in caught.value.problems)
    assert [line.split(". ")[1:2] for line in said] == [
        ["This is so for 12 of 24 clips: audio 1"],
        ["This is so for 12 of 24 clips: audio 2"],
        ["This is so for 8 of 24 clips: 7 s"],
        ["This is so for 12 of 24 clips: 4k"],
        ["This is so for 12 of 24 clips: seed 1099511627776"],
    ]  # fmt: skip
    assert not ledger().path.exists(), "nothing was sent, and nothing noted"


def test_a_problem_of_all_cells_names_none_and_one_of_some_pairs_names_them():
    with pytest.raises(ww.InvalidRequest) as caught:
        Study("", provider="simulator", seed=[1, 2])
    [problem] = caught.value.problems
    assert "clips" not in str(problem)
    long = {"negative_prompt": ["n" * 600, "m"], "prompt": ["It runs", "It sleeps"]}
    with pytest.raises(ww.InvalidRequest, match="This is so for 2 of 4 clips: "):
        Study(provider="simulator", **long)


def test_a_seed_that_is_not_given_is_the_same_fixed_one_for_all():
    study = Study("A {animal}", animal=["fox", "owl"], provider="simulator")
    assert {cell.request.seed for cell in study.cells} == {SEED}
    assert all(cell.prepared.is_one_clip for cell in study.cells)
    keys = [cell.prepared.key for cell in Study("A {animal}", animal=["fox", "owl"], provider="simulator").cells]
    assert keys == [cell.prepared.key for cell in study.cells], "the sweep can be made again"
    assert Study("A fox", seed=[None], provider="simulator").cells[0].prepared.key == keys[0]


def test_repeats_have_a_seed_each_where_the_service_takes_one():
    study = Study("A fox", repeat=3, provider="simulator")
    assert [cell.request.seed for cell in study.cells] == [SEED, SEED + 1, SEED + 2]
    assert study.cells[0].prepared.key == Study("A fox", provider="simulator").cells[0].prepared.key


def test_repeats_of_one_seed_are_clips_of_their_own_and_the_first_is_the_ordinary_one():
    study = Study("A fox", seed=7, repeat=range(2), provider="simulator")
    first, second = (cell.prepared for cell in study.cells)
    assert first.request == second.request
    assert first.key != second.key
    assert first.key == Study("A fox", seed=7, provider="simulator").cells[0].prepared.key


def test_a_service_without_seeds_makes_one_clip_a_repeat_which_is_found_again():
    provider, model, mode = next(
        (provider, model, mode)
        for provider in ww.providers.PROVIDERS.values()
        for model, modes in provider.offers.items()
        for mode, offer in modes.items()
        if offer.max_seed is None
    )
    values = {"references": [[CLIP]]} if mode == "r2v" else {"image": IMAGE} if mode == "i2v" else {}
    study = Study("A fox", provider=provider.name, model=model, repeat=2, **values)
    keys = [cell.prepared.key for cell in study.cells]
    assert {cell.request.seed for cell in study.cells} == {None}
    assert all(cell.prepared.is_one_clip for cell in study.cells)
    assert len(set(keys)) == 2
    again = Study("A fox", provider=provider.name, model=model, **values)
    assert [cell.prepared.key for cell in again.cells] == keys[:1]
    with pytest.raises(ww.InvalidRequest, match="seed"):
        Study("A fox", provider=provider.name, model=model, seed=[1, 2], **values)


def test_a_seed_in_extra_is_left_alone():
    [cell] = Study("A fox", extra={"seed": 3}, provider="simulator").cells
    assert cell.request.seed is None
    assert cell.prepared.repeat == 0
