"""Whether a service can fetch the addresses in a request. No I/O: names are judged by their endings.

``http://localhost:8888/files/cat.png`` is a picture in this notebook, and means nothing to a service on the internet.
"""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from wan_widgets.providers import Provider
from wan_widgets.service.addresses import OPEN_TO, WHERE, Reach, reach, spelled_out
from wan_widgets.wan.problems import Problem
from wan_widgets.wan.requests import VideoRequest
from wan_widgets.wan.sources import Kind, kind_of, source_of
from wan_widgets.words import Text, say

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
    for index, (field, source) in enumerate(request.sources, start=1):
        given = source_of(source)
        if not isinstance(given, str) or not given.lower().startswith(("http:", "https:")):
            continue
        found = reach_of(given)
        if found not in OPEN_TO[place] and not (found is Reach.SPECIAL and place is not Reach.PUBLIC):
            values = {"service": provider.title, "host": _host(given), "place": WHERE[found]}
            remedy = _remedy(request, provider, _USUAL.get(field) or kind_of(source))
            number = index if field == "references" else None
            yield Problem(field, say("service.source.unreachable", **values), remedy=remedy, number=number)


def _remedy(request: VideoRequest, provider: Provider, kind: Kind | None) -> Text:
    offer = provider.offer(request.model, request.mode, request.like)
    if offer and (kind in offer.files or (kind is None and offer.files)):
        return say("wan.source.path.remedy")
    return say("service.source.unreachable.remedy")


def _host(address: str) -> str:
    """The host as programs read it: they also know percent signs, wide digits and a final dot, and skip marks."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    usual = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").lower().rstrip(".")
    return "".join(char for char in usual if unicodedata.category(char) != "Cf")
