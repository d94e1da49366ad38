"""A cell → neighbourhoods and their shares, which sum to 1 exactly."""

import re
from decimal import Decimal
from fractions import Fraction

from qpvlib.actions.contract import Words
from qpvlib.actions.values import Wrong, plain, quoted
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import near
from qpvlib.project import kept
from qpvlib.tables.areas import neighbourhoods

SHARE = re.compile(
    r"^(?P<name>.*?)[\s:=(]*(?<![-−–+\d.,])"
    r"(?:(?P<percent>\d+(?:[.,]\d+)?)\s?%|(?P<up>\d+)\s?/\s?(?P<down>\d+)|(?P<part>[01]?[.,]\d+))"
    r"\s?\)?$"
)
BARE = re.compile(r"(?i)^(q[pn]\w{6}|.*[^\W\d].*?)[\s:=(]+\d+\)?$")


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
