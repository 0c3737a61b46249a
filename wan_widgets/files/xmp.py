"""An XMP packet with a recipe: what other programs read of it, and the recipe itself as JSON in a namespace of its own.

The packet comes from a file of somebody else when it is read, so nothing in it is trusted.
"""

import re
from html import escape
from xml.etree import ElementTree as ET

ID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The id of a `uuid` box with an XMP packet, as Adobe's specification of XMP in files has it."""
NAMESPACE = "urn:wan-widgets:recipe/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot have: control characters, and halves of surrogate pairs."""
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="{rdf}">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:wan="{namespace}">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{description}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>{tool}</xmp:CreatorTool>
<wan:recipe>{recipe}</wan:recipe>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def packet(recipe: str, description: str, tool: str) -> bytes:
    """A packet with a recipe, which is JSON without any character that XML cannot have."""
    values = {"description": description, "tool": tool, "recipe": recipe}
    texts = {name: escape(_NOT_XML.sub("", text), quote=False) for name, text in values.items()}
    return _PACKET.format(rdf=_RDF, namespace=NAMESPACE, **texts).encode()


def recipe_in(content: bytes) -> str | None:
    """The recipe in a packet, also where another program has written the packet anew; ``None`` if it has none.

    Raises `ValueError` if the packet cannot be read.
    """
    text = content.decode("utf-8").strip("\0 \r\n\t\ufeff")
    if "<!DOCTYPE" in text:  # it could declare entities, which fill the memory, and no packet has any
        raise ValueError
    try:
        root = ET.fromstring(text)  # noqa: S314  # it declares no entities
    except (ET.ParseError, RecursionError) as error:
        raise ValueError from error
    name = f"{{{NAMESPACE}}}recipe"
    for description in root.iter(f"{{{_RDF}}}Description"):
        found = description.findtext(name) or description.get(name)
        if found:
            return found
    return None
