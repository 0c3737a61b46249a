"""What goes to another process and comes back, or is copied, is the same: type, text and every attribute."""

import copy
import pickle
from concurrent.futures import ProcessPoolExecutor

import pytest

import wan_widgets as ww
from shared.processes import a_context
from wan.travellers import ERRORS, VALUES, fail

WAYS = {
    **{
        f"pickle {number}": lambda thing, number=number: pickle.loads(pickle.dumps(thing, number))
        for number in range(pickle.HIGHEST_PROTOCOL + 1)
    },
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def told(error: Exception) -> tuple[object, ...]:
    return type(error), str(error), repr(error), error.args, error.__dict__


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_is_the_same_again(way, error):
    assert told(way(error)) == told(error)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_is_the_same_again(way, value):
    again = way(value)
    assert (type(again), again, repr(again)) == (type(value), value, repr(value))


@pytest.mark.parametrize("way", [way for name, way in WAYS.items() if name != "copy"])
def test_an_error_to_which_one_of_its_attributes_leads_back_is_the_same_again(way):
    error = ww.WanError("Odd.")
    error.attempts = [{"error": error}]
    again = way(error)
    assert (type(again), str(again)) == (ww.WanError, "Odd.")
    assert again.attempts[0]["error"] is again


def test_every_error_of_the_package_is_tried():
    public = [getattr(ww, name) for name in ww.__all__]
    kinds = {kind for kind in public if isinstance(kind, type) and issubclass(kind, ww.WanError)}
    assert {type(error) for error in ERRORS} == kinds


def test_an_error_of_another_process_breaks_no_pool():
    with ProcessPoolExecutor(1, mp_context=a_context()) as pool:
        heard = [pool.submit(fail, number).exception(10) for number in range(len(ERRORS))]
    assert [told(error)[:2] for error in heard] == [told(error)[:2] for error in ERRORS]
