"""Pieces shared by the pages of the register: banner, counts, names, euros."""

from collections.abc import Iterable, Sequence

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.document.exhibits import escape
from qpvlib.pages.cells import text
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood


def banner(actions: pd.DataFrame) -> str:
    """« Données fictives », where nobody can miss it; nothing for a real register."""
    return invented() if actions.fictitious.any() else ""


def invented() -> str:
    """The banner of invented data."""
    words = catalogue().phrases["actions"]
    sheet = f'@page{{@top-center{{content:"{words["banner"]}";font:bold 10pt sans-serif}}}}'
    return (
        f'<style>{sheet}</style><div class="fiction"><strong>{text(words["banner"])}</strong> '
        f"<span>{text(words['banner_why'])}</span></div>"
    )


def opening(actions: pd.DataFrame, title: str, under: str) -> str:
    """Top of a page of the register."""
    home = catalogue().territory
    invented = "Données fictives · " if actions.fictitious.any() else ""
    return (
        f'{banner(actions)}<div class="top"><span>{escape(home["office"])}</span>'
        f'<span class="draft">PROJET, non relu</span></div><div class="hd"><h1>'
        f'<span class="town">{text(invented)}{text(under)}</span>{text(title)}</h1></div>'
    )


def euros(cents: object) -> str:
    """Cents as euros, to the cent where there are any, « — » when not given.

    >>> euros(123450), euros(400000), euros(None)
    ('1\\u202f234,50\\u202f€', '4\\u202f000\\u202f€', '—')
    """
    if cents is None or pd.isna(cents):
        return "—"
    return wording.value(int(cents) / 100, "€", 2 if int(cents) % 100 else 0)


def count(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun.

    >>> count(1, "action"), count(1200, "action"), count(0, "place")
    ('1 action', '1\\u202f200 actions', '0 place')
    """
    word = (plural or f"{noun}s") if number > 1 else noun
    return f"{wording.number(number)} {word}"


def whole(number: object) -> str:
    """A count, « — » when not given."""
    return "—" if pd.isna(number) else wording.number(int(number))


def names(codes: Iterable[str]) -> str:
    """Names of neighbourhoods, as a French list."""
    known = areas.neighbourhoods()
    return wording.listed([known[code].name for code in codes])


def by_contract() -> list[tuple[str, list[Neighbourhood]]]:
    """Neighbourhoods by contract, in the catalogue's order, then by name."""
    known = catalogue().contracts
    groups: dict[str, list[Neighbourhood]] = {code: [] for code in known}
    for place in sorted(areas.neighbourhoods().values(), key=lambda p: p.name):
        groups.setdefault(place.contract_code, []).append(place)
    return [
        (known[code].short if code in known else code, places)
        for code, places in groups.items()
        if places
    ]


def bar(part: float, kind: str = "") -> str:
    """A bar of a share, from 0 to 1: a drawing beside its number."""
    return (
        f'<svg class="bar {kind}" aria-hidden="true" viewBox="0 0 100 8" '
        f'preserveAspectRatio="none"><path class="rail" d="M0 0h100v8H0z"/>'
        f'<path d="M0 0h{100 * min(max(part, 0), 1):.1f}v8H0z"/></svg>'
    )


def runs(numbers: Sequence[int]) -> str:
    """Increasing numbers, those that follow each other as a range.

    >>> runs([2, 3, 4, 7]), runs([5])
    ('2 à 4 et 7', '5')
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return wording.listed([str(r[0]) if len(r) == 1 else f"{r[0]} à {r[-1]}" for r in found])
