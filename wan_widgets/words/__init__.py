"""Every sentence that a person reads: a key and named values, put into words when it is read.

`catalogues/` has the words in each language, and `docs/words.md` says how to change them.
"""

from wan_widgets.words.choosing import set_language
from wan_widgets.words.languages import Language, language, showing, speaking
from wan_widgets.words.storing import loaded, stored
from wan_widgets.words.system import reason_of, size_said
from wan_widgets.words.text import Name, Said, Text, english, joined, said_by, say, saying, sentences
from wan_widgets.words.values import Amount, Several, written

__all__ = [
    "Amount",
    "Language",
    "Name",
    "Said",
    "Several",
    "Text",
    "english",
    "joined",
    "language",
    "loaded",
    "reason_of",
    "said_by",
    "say",
    "saying",
    "sentences",
    "set_language",
    "showing",
    "size_said",
    "speaking",
    "stored",
    "written",
]
