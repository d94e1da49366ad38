"""The reader of each field's cells: closed words, themes, neighbourhoods and their shares."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from qpvlib.actions.contract import Field, Words
from qpvlib.actions.values import Wrong, cents, day, integer, plain, quoted, rna, siret, weeks
from qpvlib.catalogue import axes, slug
from qpvlib.catalogue.faults import near
from qpvlib.project import kept
from qpvlib.tables.areas import neighbourhoods

SHARE = re.compile(
    r"^(?P<name>.*?)[\s:=(]*"
    r"(?:(?P<percent>\d+(?:[.,]\d+)?)\s?%|(?P<up>\d+)\s?/\s?(?P<down>\d+)|(?P<part>[01]?[.,]\d+))"
    r"\s?\)?$"
)
BARE = re.compile(r"(?i)^(q[pn]\w{6}|.*[^\W\d].*?)[\s:=(]+\d+\)?$")


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


# --- closed words, themes -------------------------------------------------------------------------


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


# --- neighbourhoods and their shares --------------------------------------------------------------


def shares(cell: object, words: Words, equal: bool = False) -> tuple[tuple[str, Fraction], ...]:
    """Neighbourhoods and their shares, which sum to 1 exactly; a name that is near is offered.

    ``equal``: share equally between neighbourhoods given without shares, as the user asked.
    """
    parts = [part for part in re.split(r"\s*(?:[;|\n]|,(?!\s?\d)| / )\s*", str(cell)) if part]
    found = [_share(plain(part), words) for part in parts]
    codes = [code for code, _ in found]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise Wrong("chaque quartier une fois", "Additionner ses parts.", f"{min(twice)} deux fois")
    given = [share for _, share in found if share is not None]
    if not given and (len(found) == 1 or equal):
        return tuple((code, Fraction(1, len(found))) for code, _ in found)
    if len(given) < len(found):
        remedy = "Écrire par exemple « QP045010 60 % ; QP045011 40 % », ou importer avec --equal."
        raise Wrong("une part pour chaque quartier", remedy)
    if sum(given) != 1:
        total = f"des parts qui font {_percent(sum(given))}"
        raise Wrong("des parts qui font 100 %", "Ajuster les parts (1/3 est admis).", total)
    if min(given) <= 0:
        raise Wrong("des parts supérieures à zéro", "Retirer le quartier dont la part est nulle.")
    return tuple(sorted(found))


def _percent(total: Fraction) -> str:
    shown = f"{float(100 * total):.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{shown} %"


def _share(part: str, words: Words) -> tuple[str, Fraction | None]:
    if code := _code(part, words):
        return code, None
    found = SHARE.match(part)
    if not found:
        code = _place(BARE.sub(r"\1", part), words)
        if BARE.match(part) and not _code(part, words):
            raise Wrong("une part en pour cent ou entre 0 et 1", f"Écrire « {code} 60 % ».")
        return code, None
    share = _fraction(found)
    return _place(found["name"].strip(" :=("), words), share


def _fraction(found: re.Match[str]) -> Fraction:
    if found["percent"]:
        return Fraction(Decimal(found["percent"].replace(",", "."))) / 100
    if found["up"]:
        if int(found["down"]) == 0:
            raise Wrong("une fraction dont le diviseur n'est pas nul", "Écrire par exemple 1/3.")
        return Fraction(int(found["up"]), int(found["down"]))
    return Fraction(Decimal("0" + found["part"].lstrip("0").replace(",", ".")))


@kept("tidy")
def _known() -> dict[str, str]:
    """Slug of each code and name of either generation → code; a name that two share is left out."""
    found: dict[str, set[str]] = {}
    for place in neighbourhoods().values():
        names = {place.code, place.successor, place.name, place.successor_name} - {""}
        towns = [commune.name for commune in place.communes]
        for name in [*names, *(f"{name} {town}" for name in names for town in towns)]:
            found.setdefault(slug(name), set()).add(place.code)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _code(text: str, words: Words) -> str:
    name = re.sub(r"^(qpv|quartier|quartier-prioritaire)-", "", slug(text))
    known = _known()
    return words.places.get(name) or known.get(name) or known.get(name.replace("-", ""), "")


def _place(text: str, words: Words) -> str:
    if code := _code(text, words):
        return code
    name, known = slug(text), _known()
    within = (other for other in known if len(name) > 3 and (name in other or other in name))
    nearest = near(name, known) or next(within, None)
    offer = "Liste : qpv list."
    if nearest:
        place = neighbourhoods()[known[nearest]]
        offer = f"Voulez-vous dire {place.code} ({place.name}) ? L'écrire, ou déclarer ce nom dans "
        offer += "synonymes.toml, [quartiers]."
    raise Wrong("le code ou le nom d'un quartier", offer, quoted(text))
