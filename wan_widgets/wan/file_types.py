"""The types of media files: their MIME types, and how their names end."""

SUFFIXES = {
    "image/png": ("png", "apng"),
    "image/jpeg": ("jpg", "jpeg", "jfif", "jpe", "mpo"),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "image/bmp": ("bmp",),
    "image/tiff": ("tiff", "tif"),
    "image/avif": ("avif",),
    "image/heic": ("heic", "heics"),
    "image/heif": ("heif", "heifs", "hif"),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov",),
    "video/webm": ("webm",),
    "video/x-matroska": ("mkv",),
    "video/x-msvideo": ("avi",),
    "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",),
    "audio/x-wav": ("wav",),
    "audio/mp4": ("m4a",),
    "audio/x-m4a": ("m4a",),
    "audio/aac": ("aac",),
    "audio/flac": ("flac",),
    "audio/ogg": ("ogg", "opus"),
}
"""By MIME type, without the dot, the usual suffix first."""


def suffix_of(mime: str) -> str:
    """The usual suffix of a MIME type, without the dot; for an unlisted type, the word that names it."""
    if mime in SUFFIXES:
        return SUFFIXES[mime][0]
    family, _, word = mime.partition("/")
    word = word.removesuffix("+xml")
    return word if family in ("image", "video", "audio") and word.isascii() and word.isalnum() else ""


def type_of(suffix: str) -> str | None:
    """The MIME type that a suffix stands for; ``None`` for one that is not listed."""
    return next((mime for mime, suffixes in SUFFIXES.items() if suffix in suffixes), None)
