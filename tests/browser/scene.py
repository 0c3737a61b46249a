"""Where a state of a widget is shown in an empty page: for checks of all states, and for pictures."""

from dataclasses import dataclass

from playwright.sync_api import Page

from browser.page import Theme
from wan_widgets.words import say
from wan_widgets.words.languages import Language

LONG = f"{say('example.1')}; " * 9 + "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 4


@dataclass(frozen=True)
class Setting:
    """The page, and the clip and the picture that a state may show."""

    page: Page
    theme: Theme
    clip: bytes
    picture: bytes
    language: Language = "en"
