"""The reader of each field's cells: closed words, themes."""

import re
from collections.abc import Callable
from datetime import date

from qpvlib.actions.contract import Field, Words
from qpvlib.actions.places import NOWHERE, shares
from qpvlib.actions.values import (
    Wrong,
    cents,
    day,
    identifier,
    integer,
    plain,
    quoted,
    rna,
    siret,
    weeks,
)
from qpvlib.catalogue import axes, slug
from qpvlib.catalogue.faults import near

ALIKE = 0.75  # how near a word is to one of a list for it to be offered


def parser(
    field: Field, words: Words, equal: bool = False, since_1904: bool = False
) -> Callable[[object], object]:
    """The function that reads the cells of a field (themes, which need the year, stay text)."""
    if field.name == "reference":
        return identifier
    return {
        "cents": cents,
        "integer": integer,
        "date": lambda cell: day(cell, since_1904),
        "siret": siret,
        "rna": rna,
        "neighbourhoods": lambda cell: shares(cell, words, equal),
        "weeks": weeks,
        "theme": plain,
        "list": lambda cell: several_of(cell, field, words),
        "string": (lambda cell: one_of(cell, field, words)) if field.values else plain,
    }[field.kind]


def written(kind: str, value: object) -> str:
    """A value as the register's file has it; reading it again gives the same value.

    >>> written("cents", 123450), written("weeks", (27, 28)), written("cents", None)
    ('1234.50', '27 ; 28', '')
    """
    if kind == "neighbourhoods" and value == ():
        return NOWHERE
    if value is None or value == () or value == "":
        return ""
    if kind == "cents":
        return f"{value // 100}.{value % 100:02d}"
    if kind == "neighbourhoods":
        if len(value) == 1:
            return value[0][0]
        return " ; ".join(f"{code} {share.numerator}/{share.denominator}" for code, share in value)
    if kind in ("list", "weeks"):
        return " ; ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


# --- closed words, themes -------------------------------------------------------------------------


def one_of(cell: object, field: Field, words: Words) -> str:
    """A word of a closed list, however it is written."""
    known = words.values[field.name]
    text = slug(plain(cell))
    if text in known:
        return known[text]
    nearest = near(text, known, ALIKE)
    offer = f"L'ajouter à synonymes.toml si c'est un autre nom de l'un d'eux ({field.name})."
    if nearest:
        offer = f"Voulez-vous dire « {known[nearest]} » ?"
    raise Wrong(f"l'un de : {', '.join(field.values)}", offer, quoted(cell))


def several_of(cell: object, field: Field, words: Words) -> tuple[str, ...]:
    """Words of a closed list, in its order."""
    if isinstance(cell, date):
        remedy = "Le tableur l'a changé en date : mettre la colonne au format texte et ressaisir."
        raise Wrong(f"l'un de : {', '.join(field.values)}", remedy, f"une date ({plain(cell)})")
    if slug(plain(cell)) in words.values[field.name]:
        return (one_of(cell, field, words),)
    parts = [part for part in re.split(r"\s*[;|\n,/]\s*", str(cell)) if part.strip()]
    found = {one_of(part, field, words) for part in parts}
    return tuple(value for value in field.values if value in found)


CODE = re.compile(
    r"(?P<code>\d(?:[.,]\d)?) ?(?P<letter>[a-zA-Z](?![\w.,]))?(?:[\W_]+(?P<label>.*))?"
)


def theme(cell: object, year: int, words: Words) -> str:
    """Code of a P147 theme, given by code, by label, by both, or by another name.

    Read entirely: what follows a code is one of its own names, in the nomenclature of the year.

    >>> from qpvlib.actions.contract import words
    >>> [theme(cell, 2021, words()) for cell in ("Sport et loisir", "1.5b - Sport", "1,5 b")]
    ['1.5b', '1.5b', '1.5b']
    """
    period, nomenclature = axes.in_force(year)
    text = plain(cell)
    if named := _said(text, period, words):
        return named
    found = CODE.fullmatch(text)
    if not found:
        raise _unknown(text, period)
    code = found["code"].replace(",", ".") + (found["letter"] or "").lower()
    if code not in nomenclature.codes:
        raise _unknown(text, period)
    label = found["label"] or ""
    if not label.strip(" ).:;-–—") or _said(label, period, words) == code:
        return code
    own = nomenclature.codes[code].label
    raise Wrong(
        f"après {code}, « {own} », son libellé en {period}",
        _other(label, period, words) + "Garder le code seul, ou le libellé seul.",
    )


def _said(text: str, period: str, words: Words) -> str:
    """The code that a label, a short name or another name says in a period, or nothing."""
    known = axes.declared().nomenclatures[period].codes
    named = slug(text)
    shorts = {slug(line.short): code for code, line in reversed(known.items())}
    labels = {slug(line.label): code for code, line in known.items()}
    return labels.get(named) or words.themes.get((period, named)) or shorts.get(named, "")


def _other(label: str, period: str, words: Words) -> str:
    """What a label that is not that of its code says, in this period or in another."""
    for other in (period, *axes.declared().nomenclatures):
        if code := _said(label, other, words):
            return f"Ce libellé est celui de {code} en {other}. "
    return ""


def _unknown(text: str, period: str) -> Wrong:
    offer = "Voir data/catalogue/nomenclatures.toml, ou synonymes.toml, [themes]."
    known = axes.declared().nomenclatures[period].codes
    labels = {slug(line.label): code for code, line in known.items()}
    if nearest := near(slug(text), labels):
        offer = f"Voulez-vous dire {labels[nearest]} ({known[labels[nearest]].label}) ?"
    return Wrong(f"un thème du programme 147, période {period}", offer)
