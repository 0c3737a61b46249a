"""How FastAPI and pydantic, which both engines use, read fields, and what they say of a value that a field refuses."""

import math
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeVar

from starlette.requests import Request

from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.fields import Upload

T = TypeVar("T")
TRUTHS = {"true": True, "1": True, "on": True, "yes": True, "false": False, "0": False, "off": False, "no": False}
HELP = "https://errors.pydantic.dev/2.14/v/"


class Fault(NamedTuple):
    """Why a field does not take a value."""

    kind: str
    message: str
    value: Any
    context: Mapping[str, Any] | None = None


Named = tuple[str, Fault]


class InvalidFieldError(RefusalError):
    """A field of a form or of a query that FastAPI refuses, before the engine sees the request."""

    def __init__(self, place: str, named: Named) -> None:
        name, fault = named
        super().__init__(422, fault.kind, fault.message, param=name)
        self.place = place
        self.fault = fault


class Typed:
    """The fields of a request. `refused` makes the refusal of values that their fields do not take."""

    def __init__(self, values: Mapping[str, Any], refused: Callable[..., RefusalError]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}
        self.refused = refused

    def text(self, name: str, pattern: str | None = None) -> str | None:
        text = self._checked(name, text_of)
        if text is not None and pattern and not re.fullmatch(pattern, text):
            message = f"String should match pattern '^{pattern}$'"
            raise self.refused((name, Fault("string_pattern_mismatch", message, text, {"pattern": f"^{pattern}$"})))
        return text

    def required(self, name: str) -> str:
        text = self.text(name)
        if text is None:
            raise self.refused((name, Fault("missing", "Field required", None)))
        return text

    def integer(self, name: str, *, low: int | None = None, high: int | None = None) -> int | None:
        return self._bounded(name, self._checked(name, integer_of), low, high)

    def number(self, name: str, *, low: float | None = None, high: float | None = None) -> float | None:
        return self._bounded(name, self._checked(name, number_of), low, high)

    def flag(self, name: str) -> bool | None:
        return self._checked(name, flag_of)

    def choice(self, name: str, *options: str) -> str | None:
        text = self.text(name)
        if text is not None and text not in options:
            expected = " or ".join(map(repr, options))
            raise self.refused(
                (name, Fault("literal_error", f"Input should be {expected}", text, {"expected": expected}))
            )
        return text

    def file(self, name: str) -> Upload | None:
        return self._checked(name, file_of)

    def _checked(self, name: str, read: Callable[[Any], T | Fault]) -> T | None:
        if name not in self.values:
            return None
        value = read(self.values[name])
        if isinstance(value, Fault):
            raise self.refused((name, value))
        return value

    def _bounded(self, name: str, value: T | None, low: float | None, high: float | None) -> T | None:
        number: Any = value
        if number is not None and low is not None and number < low:
            message = f"Input should be greater than or equal to {whole(low)}"
            raise self.refused((name, Fault("greater_than_equal", message, self.values[name], {"ge": low})))
        if number is not None and high is not None and number > high:
            message = f"Input should be less than or equal to {whole(high)}"
            raise self.refused((name, Fault("less_than_equal", message, self.values[name], {"le": high})))
        return value


def typed_form(values: Mapping[str, str | Upload]) -> Typed:
    """The fields of a form. FastAPI takes a field without text as absent."""
    return Typed({name: value for name, value in values.items() if value != ""}, partial(InvalidFieldError, "body"))


def typed_query(request: Request) -> Typed:
    return Typed(request.query_params, partial(InvalidFieldError, "query"))


def typed_model(values: Mapping[str, Any], model: str, *, prefix: str = "") -> Typed:
    """The fields of a pydantic model, which the engine makes of the request by itself."""
    return Typed(values, partial(invalid_model, model, prefix))


def invalid_model(model: str, prefix: str, *faults: Named) -> RefusalError:
    count = f"{len(faults)} validation error{'s' if len(faults) > 1 else ''} for {model}"
    lines = [
        f"{name}\n  {fault.message} [type={fault.kind}, input_value={fault.value!r},"
        f" input_type={type(fault.value).__name__}]\n    For further information visit {HELP}{fault.kind}"
        for name, fault in faults
    ]
    return RefusalError(400, "BadRequestError", prefix + "\n".join([count, *lines]))


def text_of(value: Any) -> str | Fault:
    # JSON can contain half a surrogate pair, but UTF-8 files cannot.
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return Fault("string_type", "Input should be a valid string", value)


def integer_of(value: Any) -> int | Fault:
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([+-]?\d{1,4000})(?:\.0*)?\s*", value)
        problem = "Input should be a valid integer, unable to parse string as an integer"
        return int(match[1]) if match else Fault("int_parsing", problem, value)
    if isinstance(value, float) and not value.is_integer():
        return Fault("int_from_float", "Input should be a valid integer, got a number with a fractional part", value)
    return int(value) if isinstance(value, int | float) else Fault("int_type", "Input should be a valid integer", value)


def number_of(value: Any) -> float | Fault:
    try:
        number = float(value)
    except ValueError:
        return Fault("float_parsing", "Input should be a valid number, unable to parse string as a number", value)
    except TypeError:
        return Fault("float_type", "Input should be a valid number", value)
    return number if math.isfinite(number) else Fault("finite_number", "Input should be a finite number", value)


def flag_of(value: Any) -> bool | Fault:
    truth = value if isinstance(value, bool) else TRUTHS.get(str(value).lower())
    problem = "Input should be a valid boolean, unable to interpret input"
    return Fault("bool_parsing", problem, value) if truth is None else truth


def file_of(value: Any) -> Upload | Fault:
    if isinstance(value, Upload):
        return value
    problem = f"Expected UploadFile, received: {type(value)}"
    return Fault("value_error", f"Value error, {problem}", value, {"error": ValueError(problem)})


def whole(number: float) -> float:
    return int(number) if number == int(number) else number
