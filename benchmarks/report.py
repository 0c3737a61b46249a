"""Tables, and for each aim whether it holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """One thing that is to hold, and what was measured."""

    text: str
    measured: str
    holds: bool | None
    """``None``: it could not be measured here."""

    @property
    def line(self) -> str:
        verdict = {True: "holds", False: "DOES NOT HOLD", None: "not measured"}[self.holds]
        return row([self.text, self.measured, verdict])


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print(row(titles))
    print(row(["---"] * len(titles)))
    for each in rows:
        print(row(each), flush=True)
    print(flush=True)


def row(cells: Iterable[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def at_most(text: str, measured: float | None, limit: float, unit: str = "") -> Aim:
    """An aim that is a largest value."""
    if measured is None:
        return Aim(f"{text}: at most {limit:g}{unit}", "-", None)
    return Aim(f"{text}: at most {limit:g}{unit}", f"{measured:.3g}{unit}", measured <= limit)
