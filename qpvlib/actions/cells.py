"""The reader of each field's cells, and how the register writes what was read."""

import re
from collections.abc import Callable
from datetime import date

from qpvlib.actions.contract import Field, Words
from qpvlib.actions.places import shares
from qpvlib.actions.refusal import quoted
from qpvlib.actions.values import Wrong, cents, day, integer, plain, rna, siret, weeks
from qpvlib.catalogue import axes, slug
from qpvlib.catalogue.faults import near


def one_of(cell: object, field: Field, words: Words) -> str:
    """A word of a closed list, however it is written."""
    known = words.values[field.name]
    text = slug(plain(cell))
    if text in known:
        return known[text]
    nearest = near(text, known)
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


def theme(cell: object, year: int, words: Words) -> str:
    """Code of a P147 theme, given by code, by label, by both, or by another name.

    >>> from qpvlib.actions.contract import words
    >>> [theme(cell, 2021, words()) for cell in ("Sport et loisir", "1.5b - Sport", "sport")]
    ['1.5b', '1.5b', '1.5b']
    """
    period, nomenclature = axes.in_force(year)
    known = {code: line.label for code, line in nomenclature.codes.items()}
    text = plain(cell)
    head = re.match(r"\d(?:\.\d[a-z]?)?(?![\d.])", text)
    if head and head[0] in known:
        return head[0]
    labels = {slug(label): code for code, label in known.items()}
    named = slug(text)
    if named in labels or (period, named) in words.themes:
        return labels.get(named) or words.themes[period, named]
    offer = "Voir data/catalogue/nomenclatures.toml, ou synonymes.toml, [themes]."
    if nearest := near(named, labels):
        offer = f"Voulez-vous dire {labels[nearest]} ({known[labels[nearest]]}) ?"
    raise Wrong(f"un thème du programme 147, période {period}", offer)


def parser(
    field: Field, words: Words, equal: bool = False, since_1904: bool = False
) -> Callable[[object], object]:
    """The function that reads the cells of a field (themes, which need the year, stay text)."""
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
