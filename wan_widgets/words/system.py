"""What the operating system says, in the language of the reader."""

import errno
import os
import socket
from collections.abc import Iterator

from wan_widgets.words.text import Said, Text, said_by, say

_REASONS = {
    errno.ENOENT: "words.system.missing",
    errno.EACCES: "words.system.denied",
    errno.EPERM: "words.system.denied",
    errno.EISDIR: "words.system.folder",
    errno.ENOTDIR: "words.system.no_folder",
    errno.ENOSPC: "words.system.full",
    errno.EROFS: "words.system.read_only",
    errno.ENAMETOOLONG: "words.system.long",
}
_UNREACHED = {
    errno.ECONNREFUSED: "words.system.refused",
    errno.ENETUNREACH: "words.system.no_way",
    errno.EHOSTUNREACH: "words.system.no_way",
}


def reason_of(error: BaseException) -> Said:
    """Why something could not be read or written, without the path. Rare reasons stay as the system says them."""
    if not isinstance(error, OSError) or error.strerror is None:
        return said_by(error)
    is_usual = error.errno in _REASONS and error.strerror == os.strerror(error.errno)
    return say(_REASONS[error.errno]) if is_usual and error.errno else error.strerror


def unreached(error: BaseException) -> Said:
    """Why nothing was reached over the network: what the system says below what a package says, if that is usual."""
    said = said_by(error)
    if isinstance(said, Text):
        return said
    for cause in _chain(error):
        if isinstance(cause, socket.gaierror):
            return say("words.system.no_host")
        if isinstance(cause, OSError) and cause.errno in _UNREACHED:
            return say(_UNREACHED[cause.errno])
    return said


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def size_said(size: int) -> Text:
    """A number of bytes, as people read it."""
    if size >= 1e9:
        return say("words.size.gb", size=round(size / 1e9, 2))
    if size >= 1e5:
        return say("words.size.mb", size=round(size / 1e6, 1))
    return say("words.size.kb", size=round(size / 1e3, 1))
