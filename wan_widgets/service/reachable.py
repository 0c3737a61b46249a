"""Whether a service can fetch the addresses in a request. No I/O: names are judged by their endings.

``http://localhost:8888/files/cat.png`` is a picture in this notebook, and means nothing to a service on the internet.
"""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from wan_widgets.providers import Provider
from wan_widgets.service.addresses import OPEN_TO, Reach, reach, spelled_out
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import Kind, kind_of, source_of

_OWN_ENDINGS = re.compile(
    r"(^[^.]+|\.(local|localdomain|lan|home|internal|intranet|private|corp|home\.arpa))$"  # RFC 6762, 8375 and usage
)
"""Names that only a private network knows: a single word, or one of these endings."""
_USUAL = {"image": Kind.IMAGE, "guide_audio": Kind.AUDIO}


def reach_of(address: str) -> Reach:
    """What an address leads to, by its host. A name that could be anywhere counts as public."""
    host = _host(address)
    if (number := spelled_out(host)) is not None:
        return reach(number)
    if host == "localhost" or host.endswith(".localhost"):
        return Reach.MACHINE
    return Reach.PRIVATE if _OWN_ENDINGS.search(host) else Reach.PUBLIC


def unreachable(request: VideoRequest, provider: Provider, base_url: str) -> Iterator[Problem]:
    """A problem for each address to which the service at `base_url` has no way."""
    embedded = provider.is_simulated and base_url == provider.base_url
    place = Reach.MACHINE if embedded else reach_of(base_url)
    for number, (field, source) in enumerate(request.sources, start=1):
        given = source_of(source)
        if not isinstance(given, str) or not given.lower().startswith(("http:", "https:")):
            continue
        found = reach_of(given)
        if found not in OPEN_TO[place] and not (found is Reach.SPECIAL and place is not Reach.PUBLIC):
            prefix = f"Reference {number}: " if field == "references" else ""
            message = f"{prefix}{provider.title} cannot fetch it: {_host(given)} leads to {found.value}."
            kind = _USUAL.get(field) or kind_of(source)
            yield Problem(field, message, remedy=_remedy(request, provider, kind))


def _remedy(request: VideoRequest, provider: Provider, kind: Kind | None) -> str:
    offer = provider.offer(request.model, request.mode, request.like)
    if offer and (kind in offer.files or (kind is None and offer.files)):
        return "Give the path of the file instead."
    return "Put the file where everybody can fetch it, or choose a service that takes files and give the path."


def _host(address: str) -> str:
    """The host as programs read it: they also know percent signs, wide digits and a final dot, and skip marks."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    usual = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").lower().rstrip(".")
    return "".join(char for char in usual if unicodedata.category(char) != "Cf")
