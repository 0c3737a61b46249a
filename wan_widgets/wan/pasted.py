"""Values as people write, copy and paste them, in the one form that is kept."""

_UNSEEN = "\ufeff\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
"""What copying brings along: Windows puts a mark of the writing direction before a path, editors a byte order mark."""
_BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + _UNSEEN
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "”": "”", "„": "“", "\u2018": "’", "’": "’", "«": "»", "<": ">"}


def bare(text: str) -> str:
    """The text without blanks, invisible marks and quotes around it."""
    text = text.strip(_BLANKS)
    while len(text) > 1 and text[-1] == _QUOTES.get(text[0]):
        text = text[1:-1].strip(_BLANKS)
    return text
