"""What several pages show alike: a figure in a cell, how it reads, contracts, counts."""

from collections.abc import Callable, Iterable

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis.reading import Reading, Reference
from qpvlib.document.blocks import Content, Listing, Paragraph, Row, Span, fill, muted, small
from qpvlib.document.exhibits import Exhibit
from qpvlib.tables import areas, grouping
from qpvlib.tables.areas import Neighbourhood

ARROWS = {"higher": "▲", "lower": "▼", "comparable": "○", "not_compared": ""}
NATIONALITY = ("etrangers", "immigres", "taux_emploi_etrangers")  # never placed on a scale
NOT_GIVEN = "—"
NAMED = ("commune", "epci", "departement")  # the areas that a landmark names
DASH = muted(NOT_GIVEN)


def exhibit(
    place: Neighbourhood | None, title: str, content: Content, data: pd.DataFrame | None = None
) -> Exhibit:
    """An exhibit of a neighbourhood, or of the whole territory when there is none."""
    area = place.code if place else f"D{catalogue().territory['departement']}"
    return Exhibit(content, title, area, pd.DataFrame() if data is None else data)


def say(group: str, key: str, /, **parts: Content) -> Content:
    """A sentence of the catalogue with contents in its places."""
    return fill(catalogue().phrases[group][key], **parts)


def several(group: str, key: str, number: int, **parts: Content) -> Content:
    """A sentence of the catalogue that counts something: ``key``, or ``key_many`` from two on.

    >>> several("control", "refused", 1)[:8], several("summer", "outcome_people", 1200)
    ('1 défaut', '1\\u202f200 personnes venues')
    """
    return say(group, f"{key}_many" if number > 1 else key, n=wording.number(number), **parts)


def headline() -> list[str]:
    """Codes of the headline indicators, in the catalogue's order."""
    return [code for code, i in catalogue().indicators.items() if i.place == "headline"]


def edition(positions: pd.DataFrame) -> int:
    """The last file whose figures have no sure year: what footnote ¹ of a page stands for."""
    found = positions[positions.year_status != "verified"].edition.max()
    return int(found) if pd.notna(found) else 0


def tag(solidity: str) -> Content:
    """« à confirmer », « non documenté », framed; what is solid says nothing."""
    return "" if solidity == "solid" else (" ", Span(say("reading", solidity), "tag c"))


def numbered(lines: Iterable[Content]) -> Content:
    """Lines with their numbers, as needs and proposals have; nothing where there is none."""
    items = tuple((Span(str(i), "number"), Span(line)) for i, line in enumerate(lines, 1))
    return Listing(items, "points", ordered=True) if items else ""


def value_cell(one: Reading) -> Content:
    """A value and the counts it is made of; the counts alone when they are few."""
    if one.bound is not None:
        return Span(one.amount, "number"), small(one.fewer)
    if not one.published:
        return muted(say("figure", "blank"))
    counts = small(one.counts) if one.counts else ""
    return counts if one.few else (Span(one.amount, "number"), counts)


def reads(one: Reading) -> Content:
    """How a value reads, and its solidity; nothing of what only describes.

    Its colour says whether there are more difficulties: words that are only heard say it too.
    """
    if one.status == "not_published":
        return muted(say("cells", "blank_here_note" if one.note else "blank_here", note=one.note))
    if one.declared.descriptive:
        return ""
    unsure = one.solidity == "confirm" and one.verdict != "comparable"
    doubt = f" · {say('reading', 'confirm')}" if unsure else ""
    neutral = one.orientation == "neutral"
    heard = "" if neutral else Span(say("reading", f"heard_{one.orientation}"), "hidden")
    words = Span(ARROWS[one.verdict], "mark"), f" {one.words}", heard, doubt
    return Span(words, f"le {one.orientation}")


def year_notes(rows: pd.DataFrame) -> tuple[Paragraph, ...]:
    """What is to be known of the years: which were deduced, a note each; those of files, none sure.

    Parameters
    ----------
    rows : DataFrame
        Observations or comparisons: the last year of each indicator is the one that is told.
    """
    last = rows.sort_values("year", kind="stable").drop_duplicates("indicator", keep="last")
    groups = last[last.year_status == "deduced"].groupby(["year", "edition"])
    unsure = (last.year_status == "unknown").any()
    files = (Paragraph(say("year", "note_file"), "small"),) if unsure else ()
    return tuple(
        Paragraph(
            say(
                "year", "note", year=int(year), edition=int(edition),
                labels=wording.sentence(wording.listed(_labels(part.indicator))),
            ),
            "small",
        )
        for (year, edition), part in groups
    ) + files  # fmt: skip


def _labels(codes: Iterable[str]) -> list[str]:
    """« taux d'emploi des femmes », « moins de 25 ans », in the catalogue's order."""
    held = set(codes)
    named = (i.label for code, i in catalogue().indicators.items() if code in held)
    return [wording.lowered(label.partition(",")[0]) for label in named]


def around(reference: Reference, one: Reading) -> str:
    """An area's value, with its year where it is not the neighbourhood's."""
    when = "" if reference.year == one.year else f" ({int(reference.year)})"
    shown = one.beside(reference.shown, reference.value)
    return f"{areas.short_name(reference.area, reference.name)} {shown}{when}"


# --- neighbourhoods together -------------------------------------------------------------------


def by_group(generation: str = "2015") -> list[tuple[str, list[Neighbourhood]]]:
    """Contracts, or intercommunalités, with their neighbourhoods in alphabetical order."""
    return list(grouping.groups(generation).values())


def grouped(key: str, **parts: Content) -> Content:
    """A sentence that names what the neighbourhoods are put together by."""
    return say(f"grouped_{grouping.by()}", key, **parts)


def group_rows(row: Callable[[Neighbourhood], Row]) -> tuple[Row, ...]:
    """Rows of neighbourhoods, each made by ``row``, under the names of their groups."""
    return tuple(
        line for name, places in by_group() for line in (Row((name,), "group"), *map(row, places))
    )


def count(number: int, noun: str) -> str:
    """A number and its noun.

    >>> count(1, "action"), count(1200, "action"), count(0, "place")
    ('1 action', '1\\u202f200 actions', '0 place')
    """
    return f"{wording.number(number)} {noun}{'s' if number > 1 else ''}"


def names(codes: Iterable[str]) -> str:
    """Names of neighbourhoods, as a French list."""
    known = areas.neighbourhoods()
    return wording.listed([known[code].name for code in codes])


def held(codes: Iterable[str]) -> str:
    """Neighbourhoods of an action; one outside every neighbourhood says so."""
    return names(codes) or say("register", "nowhere")


# --- amounts -----------------------------------------------------------------------------------


def euros(cents: int | None, blank: str = NOT_GIVEN, exact: bool = False) -> str:
    """Cents as euros, to the cent if ``exact`` or where there are any; ``blank`` when not given.

    >>> euros(123450), euros(400000), euros(None)
    ('1\\u202f234,50\\u202f€', '4\\u202f000\\u202f€', '—')
    """
    if pd.isna(cents):
        return blank
    return wording.value(int(cents) / 100, "€", 2 if exact or int(cents) % 100 else 0)


def aligned(amounts: Iterable[int | None]) -> list[str]:
    """Cents of one column as euros: to the cent for all, where one has any.

    >>> aligned([123450, 400000, None])
    ['1\\u202f234,50\\u202f€', '4\\u202f000,00\\u202f€', '—']
    """
    held = list(amounts)
    exact = any(pd.notna(cents) and int(cents) % 100 for cents in held)
    return [euros(cents, exact=exact) for cents in held]


def whole(number: int | None) -> str:
    """A count, « — » when not given."""
    return NOT_GIVEN if pd.isna(number) else wording.number(int(number))


def given(cents: int | None) -> str:
    """An amount alone, « non renseigné » where no action gives it."""
    return euros(cents, say("summer", "not_given"))
