"""The record of a sweep: its grid as a table of plain HTML, with small pictures, words, and links to the files."""

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from wan_widgets.console.sweeping import progress
from wan_widgets.experiments.cells import Cell
from wan_widgets.experiments.study import Study
from wan_widgets.files.checks import word_of
from wan_widgets.files.player import from_notebook, linked, printable
from wan_widgets.files.reach import data
from wan_widgets.widgets.record import MimeBundle, mime_bundle
from wan_widgets.widgets.sweep_buttons import way_on
from wan_widgets.widgets.sweep_figures import Figure
from wan_widgets.widgets.sweep_head import label_of_cell
from wan_widgets.widgets.sweep_tiles import tile_of
from wan_widgets.words import say

_ACROSS = 5  # tiles of a single axis in a row
_WIDTH, _HIGHEST = 160, 160  # pixels, of a picture
_SMALL = "font-size: 12px; opacity: 0.8"
_PLAIN = "text-align: left; vertical-align: top; background: none; border: 0; padding: 6px 8px"
_TABLE = "border-collapse: collapse; border: 0; margin: 6px 0"
Poster = Callable[[Cell], bytes | None]


def sweep_record(anchor: str, study: Study, head: dict[str, Any], figures: list[Figure], poster: Poster) -> MimeBundle:
    """The record as it is now, in the language that holds. `poster` has the picture of a clip."""
    clips = sum(cell.video is not None for cell in study.cells)
    parts = [
        f"<p><strong>{escape(head['title'])}</strong> <span style='{_SMALL}'>{escape(_shared(head))}</span></p>",
        f'<table style="{_TABLE}"><tbody>{"".join(_rows(study, head, poster))}</tbody></table>',
        *(f"<p style='{_SMALL}'>{escape(line)}</p>" for line in _foot(study, figures)),
    ]
    lines = [head["title"], *_foot(study, figures), *(_line(study, cell) for cell in study.cells)]
    return mime_bundle(anchor, parts, map(printable, lines), clips)


def _shared(head: dict[str, Any]) -> str:
    return " · ".join(filter(None, [head["prompt"], *head["services"], *head["facts"]]))


def _foot(study: Study, figures: list[Figure]) -> list[str]:
    """The plan in a line, how far it is, and how it goes on."""
    left = way_on(study)
    plan = [" · ".join(map(_named, figures))] if left else []
    return [*plan, progress(study), *([str(left)] if left else [])]


def _named(figure: Figure) -> str:
    name, value, note = say(f"sweep.{figure['name']}"), figure["value"], figure["note"]
    return str(say("widgets.sweep.figure.noted" if note else "widgets.sweep.figure", name=name, value=value, note=note))


def _rows(study: Study, head: dict[str, Any], poster: Poster) -> Iterator[str]:
    cells, columns, step = study.cells, head["columns"], head["column_step"]
    if not head["rows"]:
        for start in range(0, len(columns), _ACROSS):
            numbers = range(start, min(start + _ACROSS, len(columns)))
            names = [_head(columns[number]) for number in numbers] if len(columns) > 1 else []
            yield _row(names)
            yield _row([_cell(cells[number * step], poster) for number in numbers])
        return
    for group in head["groups"]:
        if group["label"]:
            yield _row([f'<th colspan="{len(columns) + 1}" style="{_PLAIN}">{escape(group["label"])}</th>'])
        yield _row([f'<td style="{_PLAIN}"></td>', *map(_head, columns)])
        for row, label in enumerate(head["rows"]):
            first = group["first"] + row * head["row_step"]
            inside = [cells[first + column * step] for column in range(len(columns))]
            yield _row([_head(label, "row"), *(_cell(cell, poster) for cell in inside)])


def _row(parts: list[str]) -> str:
    return f"<tr style='background: none'>{''.join(parts)}</tr>" if parts else ""


def _head(label: tuple[str, str, str], scope: str = "col") -> str:
    before, value, after = map(escape, label)
    return f'<th scope="{scope}" style="{_PLAIN}; font-weight: normal">{before}<strong>{value}</strong>{after}</th>'


def _cell(cell: Cell, poster: Poster) -> str:
    return f'<td style="{_PLAIN}">{_inside(cell, poster)}</td>'


def _inside(cell: Cell, poster: Poster) -> str:
    if cell.video is None:
        return f'<span style="{_SMALL}">{escape(_words(cell))}</span>'
    name = printable(cell.video.path.name)
    odd = word_of(cell.video.check)
    said = " · ".join(map(str, filter(None, (say("seconds", count=cell.video.duration), odd))))
    picture = poster(cell)
    shown = escape(name)
    if picture is not None:
        width, height = _sides(cell.video.width, cell.video.height)
        shown = f'<img src="{data("image/webp", picture)}" alt="{shown}" width="{width}" height="{height}">'
    link = linked(cell.video.path, shown, title=name)
    return f'{link}<br><span style="{_SMALL}">{escape(said)}</span>'


def _sides(width: int, height: int) -> tuple[int, int]:
    scale = min(_WIDTH / max(1, width), _HIGHEST / max(1, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _words(cell: Cell) -> str:
    """What became of a cell without a clip."""
    tile = tile_of(cell)
    word = say(f"phase.{tile['phase']}")
    billing = say(f"billing.{tile['billing']}") if tile["billing"] else ""
    return printable(" · ".join(map(str, filter(None, (word, tile["message"], billing)))))


def _line(study: Study, cell: Cell) -> str:
    what = str(from_notebook(cell.video.path)) if cell.video else _words(cell)
    return " · ".join(filter(None, (label_of_cell(study.axes, cell.steps), what)))
