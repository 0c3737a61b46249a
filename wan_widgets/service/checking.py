"""All checks of a request: of its fields, for its service, and of its local files."""

from collections.abc import Iterable

from wan_widgets.files.inputs import file_problems
from wan_widgets.providers import Provider
from wan_widgets.service.reachable import unreachable
from wan_widgets.wan.errors import InvalidRequest
from wan_widgets.wan.problems import Problem, shown
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.words import say


def check(provider: Provider, request: VideoRequest, base_url: str | None = None) -> None:
    """Raise `InvalidRequest` with all problems of the request, in general and for this provider at this address."""
    check_type(request)
    if problems := all_problems(provider, request, base_url):
        raise InvalidRequest(problems)


def check_type(request: object) -> None:
    """Raise `InvalidRequest` for anything but a request."""
    if not isinstance(request, VideoRequest):
        allowed = say("service.request.allowed", example='ww.TextToVideo("A kitten")')
        raise InvalidRequest([Problem("request", say("service.request.none", value=shown(request)), allowed)])


def all_problems(provider: Provider, request: VideoRequest, base_url: str | None = None) -> tuple[Problem, ...]:
    """All problems of a request: in general, for this provider at its `base_url`, and of its files.

    Without an address, it is the provider's usual one. A field with a problem in one of these checks is left out of the
    next ones.
    """
    found = tuple(request.problems())
    found += _of_other_fields(found, provider.problems(request))
    if place := base_url or provider.base_url:
        found += _of_other_fields(found, unreachable(request, provider, place))
    offer = provider.offer(request.model, request.mode, request.like)
    if offer:
        found += _of_other_fields(found, file_problems(request, offer, provider.title))
    return _without_lost_ratio(found, request)


def _without_lost_ratio(found: tuple[Problem, ...], request: VideoRequest) -> tuple[Problem, ...]:
    """The problems without that of an aspect ratio which an image would have proposed, if it could be read."""
    is_lost = getattr(request, "aspect_ratio", None) is None and any(each.field == "image" for each in found)
    return tuple(each for each in found if not (is_lost and each.field == "aspect_ratio"))


def _of_other_fields(found: Iterable[Problem], more: Iterable[Problem]) -> tuple[Problem, ...]:
    faulty = {problem.field for problem in found}
    return tuple(problem for problem in more if problem.field not in faulty)
