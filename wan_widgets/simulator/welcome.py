"""What the server says of itself: at its start in the terminal, and as a page to a browser that opens its address."""

import html
import re
import socket

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from wan_widgets.words import Several, Text, language, say, showing, speaking
from wan_widgets.words.languages import offered

_BASES = {
    "ToAPIs": "{base}/v1",
    "OpenAI videos": "{base}/v1",
    "DashScope": "{base}/api/v1",
    "UniAll": "{base}/uniall/v1",
    "New API": "{base}/newapi/v1",
}
_CURL = (
    "curl {base}/v1/videos/generations -H 'Authorization: Bearer any' -H 'Content-Type: application/json'"
    """ -d '{{"model": "wan2.6", "prompt": "A kitten in the grass", "resolution": "720p"}}'"""
)
_SETTINGS = "export WAN_PROVIDER=simulator WAN_BASE_URL={base}"
_CODE = 'import wan_widgets as ww\n\nww.Studio(ww.AsyncClient("simulator", base_url="{base}"))'
_OPEN = ("WAN_INSECURE_HTTP=1", ", insecure_http=True")
"""What goes with an address that is not of this machine, in the environment and in code."""
_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
  :root {{ color-scheme: light dark }}
  body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem }}
  pre {{ overflow: auto; padding: .75rem 1rem; background: #8882; border-radius: 6px }}
  td {{ padding: .1rem 1rem .1rem 0 }}
</style>
<h1>{title}</h1>
<p>{what}</p>
<h2>{notebook}</h2>
<p>{environment}</p>
<pre>{settings}</pre>
<p>{cell}</p>
<pre>{code}</pre>
<h2>{program}</h2>
<pre>{curl}</pre>
<table>{bases}</table>
<p>{keys}</p>
</html>
"""


def bases(base: str) -> dict[str, str]:
    """The base URL of each protocol that is spoken here."""
    return {name: url.format(base=base) for name, url in _BASES.items()}


def greeting(host: str, port: int) -> str:
    """What the terminal shows when the server listens at a host, which may stand for all addresses of the machine."""
    is_open = host in ("0.0.0.0", "::")  # noqa: S104  # nothing is bound here
    here = "127.0.0.1" if is_open else f"[{host}]" if ":" in host else host
    base = f"http://{here}:{port}"
    listed = Several(tuple(f"{name} {url}" for name, url in bases(base).items()), "plain")
    lines = [say("simulator.greeting", base=base, bases=listed, command=_CURL.format(base=base))]
    if is_open:
        lines.append(say("simulator.greeting.elsewhere", url=f"http://{socket.gethostname()}:{port}"))
    with showing():
        return "".join(f"{line}\n" for line in lines)


def page(request: Request) -> HTMLResponse:
    """The page at the root: what this is, and how a notebook or a program comes here."""
    base = str(request.base_url).rstrip("/")
    is_open = request.url.hostname not in ("127.0.0.1", "localhost", "::1")
    variable, argument = _OPEN if is_open else ("", "")
    cells = (f"<td>{name}</td><td><code>{html.escape(url)}</code></td>" for name, url in bases(base).items())
    with speaking(offered(re.findall(r"[a-zA-Z]+(?:-\w+)*(?=[,;\s]|$)", request.headers.get("accept-language", "")))):
        return HTMLResponse(
            _PAGE.format(
                **_sentences(),
                language=language(),
                settings=html.escape(f"{_SETTINGS.format(base=base)} {variable}".strip()),
                code=html.escape(_CODE.format(base=base).replace("))", f"{argument}))")),
                curl=html.escape(_CURL.format(base=base)),
                bases="".join(f"<tr>{row}</tr>" for row in cells),
            )
        )


def _sentences() -> dict[str, Text]:
    studio, generate = "<code>ww.Studio()</code>", "<code>ww.generate(…)</code>"
    return {
        "title": say("simulator.page.title"),
        "what": say("simulator.page.what"),
        "notebook": say("simulator.page.notebook"),
        "environment": say("simulator.page.environment", studio=studio, generate=generate),
        "cell": say("simulator.page.cell"),
        "program": say("simulator.page.program"),
        "keys": say("simulator.page.keys", wrong="<code>wrong</code>"),
    }


ROUTE = Route("/", page)
