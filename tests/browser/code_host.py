"""What a code host shows of a notebook: an emulation of GitHub's viewer.

It is an emulation: GitHub's own viewer cannot be run here. The list is that of html-pipeline's `SanitizationFilter`, by
which GitHub cleans what users have written, as far as it matters here: no styles, no classes, no scripts, no `video`,
no `hidden`. The viewer's content security policy forbids media, so no clip can play there. Whether pictures inside the
document are kept is not documented for HTML, so both is tried.
"""

import nh3

TAGS = """
h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p picture ol ul table thead tbody tfoot
blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary details caption figure figcaption
abbr bdo cite dfn mark small source span time wbr
"""
EVERYWHERE = "abbr align alt border colspan dir height hspace label lang rowspan start title vspace width"
ATTRIBUTES = {"*": set(EVERYWHERE.split()), "a": {"href"}, "img": {"src", "longdesc", "loading"}}


def shown(html: str, *, with_pictures: bool) -> str:
    """The HTML that is left of a record."""
    schemes = {"http", "https", "mailto", *(["data"] if with_pictures else [])}
    return nh3.clean(html, tags=set(TAGS.split()), attributes=ATTRIBUTES, url_schemes=schemes)
