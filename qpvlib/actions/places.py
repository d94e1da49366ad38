"""A cell → neighbourhoods and their shares, which sum to 1 exactly."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from qpvlib.actions.contract import Words
from qpvlib.actions.values import Wrong, plain, quoted
from qpvlib.catalogue import slug
from qpvlib.catalogue.faults import near
from qpvlib.project import kept
from qpvlib.tables.areas import Neighbourhood, neighbourhoods

SHARE = re.compile(
    r"^(?P<name>.*?)[\s:=(]*(?<![-−–+\d.,])"
    r"(?:(?P<percent>\d+(?:[.,]\d+)?)\s?%|(?P<up>\d+)\s?/\s?(?P<down>\d+)|(?P<part>[01]?[.,]\d+))"
    r"\s?\)?$"
)
BARE = re.compile(r"(?i)^(q[pn]\w{6}|.*[^\W\d].*?)[\s:=(]+\d+\)?$")


NOWHERE = "hors QPV"  # said of an action outside every neighbourhood
SPLIT = re.compile(r"\s*(?:[;|\n]|,(?!\s?\d)| / )\s*")
JOINED = re.compile(r"\s+(?:et|&|\+)\s+|\s*/\s*", re.I)
CODES = re.compile(r"\bQ[PN][0-9A-Z]{6}\b", re.I)
EDGES = re.compile(r"^[\s\-–—:/+&]+|(?:[\s\-–—:/+&(]|\bet$)+$", re.I)
PREFIX = re.compile(r"^(?:qpv|quartiers?(?:-prioritaires?)?)-(?:(?:de|du|des|d)-)?")
BESIDE = re.compile(r"\s*[-–—/,&+]\s*|\s+et\s+", re.I)
DENIED = {
    "hors",
    "sauf",
    "non",
    "pas",
    "sans",
    "hormis",
    "exclu",
    "excepte",
    "limitrophe",
    "proche",
}
HOW = "Écrire par exemple « QP045010 60 % ; QP045011 40 % », ou importer avec --equal"
Shares = tuple[tuple[str, Fraction], ...]


def shares(cell: object, words: Words, equal: bool = False) -> Shares:
    """Neighbourhoods and their shares, which sum to 1 exactly; none for « hors QPV ».

    A valid code wins over the words beside it, unless they deny it or name another neighbourhood.

    ``equal``: share equally between neighbourhoods given without shares, as the user asked.
    """
    text = plain(cell)
    if slug(text) in (slug(NOWHERE), *words.nowhere):
        return ()
    declared = words.places.get(slug(text), "")
    if declared and declared not in neighbourhoods():
        return shares(declared, replace(words, places={}), equal)
    if every := _everywhere(text, words):
        return _divided([(code, None) for code in every], equal)
    return _divided([_share(part, words) for part in _parts(str(cell), words)], equal)


def _divided(found: list[tuple[str, Fraction | None]], equal: bool) -> Shares:
    """Shares that sum to 1: those given, or equal ones where the user asked for them."""
    codes = [code for code, _ in found]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise Wrong("chaque quartier une fois", "Additionner ses parts.", f"{min(twice)} deux fois")
    given = [share for _, share in found if share is not None]
    if not given and (len(found) == 1 or equal):
        return tuple((code, Fraction(1, len(found))) for code, _ in found)
    if len(given) < len(found):
        many = f" (parts égales entre {len(found)})" if len(found) > 3 else ""
        raise Wrong("une part pour chaque quartier", f"{HOW}{many}.")
    if sum(given) != 1:
        total = f"des parts qui font {_percent(sum(given))}"
        raise Wrong("des parts qui font 100 %", "Ajuster les parts (1/3 est admis).", total)
    if min(given) <= 0:
        raise Wrong("des parts supérieures à zéro", "Retirer le quartier dont la part est nulle.")
    return tuple(sorted(found))


def _everywhere(text: str, words: Words) -> list[str]:
    """Codes of « tous les QPV », of the project or of a commune or contract named after it."""
    name = slug(text)
    said = next((all_ for all_ in words.everywhere if f"{name}-".startswith(f"{all_}-")), "")
    if not said:
        return []
    where = re.sub(r"^-(?:de-|d-|du-)?(?:la-)?", "", name.removeprefix(said))
    held = [
        place.code
        for place in neighbourhoods().values()
        if not where or where in _around(place) or f"la-{where}" in _around(place)
    ]
    if not held:
        remedy = "Nommer une commune ou un contrat, ou écrire les quartiers et leurs parts."
        raise Wrong("un territoire qui a des quartiers prioritaires", remedy)
    return held


def _around(place: Neighbourhood) -> set[str]:
    """Slugs of its communes and of its contract, and « metropole » for a métropole."""
    contract = place.contract
    names = {slug(commune.name) for commune in place.communes}
    return names | ({slug(contract.brief)} if contract else set())


def _parts(cell: str, words: Words) -> list[str]:
    """A part for each neighbourhood of a cell, its share with it."""
    parts: list[str] = []
    towns = {slug(area.name) for place in neighbourhoods().values() for area in place.communes}
    for part in filter(None, map(plain, SPLIT.split(cell))):
        if parts and slug(part) in towns:  # « QP045010 - La Source, Orléans »
            parts[-1] += f" {part}"
            continue
        parts += _several(part, words)
    return parts


def _several(part: str, words: Words) -> list[str]:
    codes = [m for m in CODES.finditer(part) if _code(m[0], words)]
    if len(codes) > 1:
        starts = [m.start() for m in codes]
        if EDGES.sub("", part[: starts[0]]) not in ("", "QPV"):  # « La Source (QP045010) … »
            ends = [_closed(part, m.end()) for m in codes[:-1]]
            starts = [0, *ends]
        ends = [*starts[1:], len(part)]
        return [EDGES.sub("", part[a:b]) for a, b in zip(starts, ends, strict=True)]
    pieces = [piece for piece in JOINED.split(part) if piece]
    if len(pieces) > 1 and not codes and not _code(part, words):
        named = [SHARE.sub(r"\g<name>", piece) for piece in pieces]
        if all(_code(name.strip(" :=("), words) for name in named):
            return pieces
    return [part]


def _closed(part: str, end: int) -> int:
    """Where what goes with a code ends: its bracket, its share."""
    after = re.match(r"\)?(?:[\s:=]*\d+(?:[.,]\d+)?\s?%)?", part[end:])
    return end + after.end()


def _percent(total: Fraction) -> str:
    if total > 100:
        return "plus de 10 000 %"
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
        both = [pair for n in names for town in towns for pair in (f"{n} {town}", f"{town} {n}")]
        for name in [*names, *both]:
            found.setdefault(slug(name), set()).add(place.code)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1}


def _code(text: str, words: Words) -> str:
    name, known = slug(text), _known()
    for said in (name, PREFIX.sub("", name)):
        found = words.places.get(said) or known.get(said) or known.get(said.replace("-", ""), "")
        if found in neighbourhoods():
            return found
    return ""


def _place(text: str, words: Words) -> str:
    if code := _code(text, words) or _coded(text, words):
        return code
    name, known = slug(text), _known()
    within = (other for other in known if len(name) > 3 and (name in other or other in name))
    nearest = near(name, known) or next(within, None)
    offer = "Liste : qpv list."
    if JOINED.search(text):
        offer = "Le déclarer dans synonymes.toml, [quartiers], avec ses quartiers et leurs parts."
    elif nearest:
        place = neighbourhoods()[known[nearest]]
        offer = f"Voulez-vous dire {place.code} ({place.name}) ? L'écrire, ou déclarer ce nom dans "
        offer += "synonymes.toml, [quartiers]."
    raise Wrong("le code ou le nom d'un quartier", offer, quoted(text))


def _coded(text: str, words: Words) -> str:
    """The only valid code of a text, if the words beside it do not contradict it."""
    codes = {code for m in CODES.finditer(text) if (code := _code(m[0], words))}
    if len(codes) != 1:
        return ""
    (code,) = codes
    rest = beside(text, words)
    if not rest:
        return code
    if any(letter.isdigit() for letter in rest) or set(slug(rest).split("-")) & DENIED:
        return ""
    own, pieces = neighbourhoods()[code], (rest, *BESIDE.split(rest))
    towns = {area for place in neighbourhoods().values() for area in _around(place)}
    if any(_code(p, words) not in ("", code) or slug(p) in towns - _around(own) for p in pieces):
        told = f"Garder le code seul, ou le nom seul : {code} est « {own.name} »."
        raise Wrong("un code et un nom du même quartier", told, quoted(text))
    return code


def beside(text: str, words: Words) -> str:
    """The words beside a valid code that are not one of its own names; empty without a code.

    >>> from qpvlib.actions.contract import words
    >>> beside("QP045010 - La Source (Orléans)", words()), beside("QP045010 - Bolière", words())
    ('', 'Bolière')
    """
    found = next((m for m in CODES.finditer(text) if _code(m[0], words)), None)
    if not found:
        return ""
    code = _code(found[0], words)
    rest = re.sub(r"[()\[\]]", " ", CODES.sub(" ", text))
    rest = EDGES.sub("", plain(re.sub(r"(?<=\s)[-–—:/](?=\s)", " ", f" {rest} ")))
    named = _code(rest, words) == code or slug(rest) in _around(neighbourhoods()[code])
    return "" if named or slug(rest) in ("qpv", "quartier", "quartier-prioritaire") else rest


def unread(cell: object, words: Words) -> bool:
    """Whether a cell that was read has words beside a code that are not its names."""
    if not CODES.search(str(cell)):
        return False
    names = (SHARE.sub(r"\g<name>", part) for part in _parts(str(cell), words))
    return any(beside(name, words) for name in names)
