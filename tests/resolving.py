"""What each number of a page is: one value of the tables, of the right area, year and indicator.

A number is resolved by what is read around it (``extracting``), to what the tables allow it to be
(``claims``), to a sentence worked out again whole or to a constant (``recounted``).
"""

import re
from functools import cache

import claims
import facts
import recounted
from claims import Claim, Known, low
from extracting import Number, Piece
from facts import INDICATORS, PLACES, french
from reading import plain
from recounted import Texts, within

BY_NAME = {plain(place.name): code for code, place in PLACES.items()}
ANY = "|".join(re.escape(name) for name in sorted(BY_NAME, key=len, reverse=True))
TOLD = rf"({ANY})(?= :)"
OPENED = rf"^(?:\d+\.? )?({ANY}) (?=dans |\(|[A-ZÉ])"
HEADED = rf"(?:^|\d |\d\. )({ANY})(?= \(| |$)"
YEAR = r"fichier insee \d{4}|\d{2}/\d{2}/\d{4}|\d{4}"
PLACED = {name for area in facts.AREAS for name in claims.named(area)}
AROUND = "|".join(map(re.escape, sorted(PLACED, key=len, reverse=True)))
LABELS = {low(declared.label): code for code, declared in INDICATORS.items()}


def resolved(number: Number, area: str | None, more: Texts) -> str:
    """What a number of the page of a neighbourhood is, or of all; empty where nothing says it.

    ``more``: sentences counted over the other pages.
    """
    whose = _whose(number, area)
    if within(number, more):
        return "sentence"
    return next(filter(None, (rule(number, area, whose) for rule in RULES)), "")


def _whose(number: Number, area: str | None) -> str | None:
    """The neighbourhood named last before a number, else that of its row, its heading, its page."""
    found = re.findall(TOLD, number.before) or re.findall(OPENED, number.piece.text)
    if found:
        return BY_NAME[found[-1]]
    if area:
        row = _resembling(number, area)
        return row.similar if row else area
    for head in reversed(number.piece.heads):
        found = {*re.findall(HEADED, head)}
        if len(found) == 1:
            return BY_NAME[found.pop()]
    return None


def _resembling(number: Number, area: str):
    """The neighbourhood elsewhere over whose column a number is."""
    for row in facts.similar(area) if number.piece.kind == "cell" else ():
        if number.piece.heads[-1] == plain(f"{row.name} {row.communes} ({row.departement})"):
            return row
    return None


# --- a value of the tables -----------------------------------------------------------------------


def _valued(number: Number, _area: str | None, whose: str | None) -> str:
    for known in _sources(number, whose):
        for claim in known.get(number.token, ()):
            if _agrees(number, claim):
                return claim.kind
    return ""


def _sources(number: Number, whose: str | None) -> list[Known]:
    """Where its value may be: of whom it is told, else of the contract, else of all."""
    if whose:
        return [claims.of(whose) if whose in PLACES else claims.elsewhere(whose)]
    heads = " ".join(number.piece.heads)
    for contract, declared in facts.CONTRACTS.items():
        if plain(declared["short"]) in heads:
            # An objective or a question is of the neighbourhoods that the next cell names.
            shared = number.piece.kind == "cell" and number.piece.heads[-1] in SHARED
            inside = [area for area, place in PLACES.items() if place.contract == contract]
            known = [claims.of(area) for area in inside if shared]
            return [claims.of_contract(contract), *known, claims.of_all()]
    return [claims.of_all()]


SHARED = ("Objectif", "Question")


def _agrees(number: Number, claim: Claim) -> bool:
    """Whether what is read around a number is what its value needs."""
    only = _labelled(number.piece)
    if only and claim.code and only != claim.code:
        return False
    near = _near(number.piece)
    return (
        any(word in near for word in claim.words)
        and (not claim.years or _dated(number, claim.years))
        and number.after.startswith(claim.after)
        and _owned(number, claim)
    )


@cache
def _near(piece: Piece) -> str:
    """Where an indicator is named: of a cell its group, row and columns, else all that is above."""
    heads = piece.heads[-4:] if piece.kind == "cell" else piece.heads
    return low(" · ".join((*heads, piece.text)))


@cache
def _labelled(piece: Piece) -> str:
    """The indicator whose whole label, the longest, heads the row of a cell, or its drawing."""
    heads = piece.heads[-1:]
    if piece.kind == "cell":
        heads = (piece.heads[-2] or piece.text,)
    head = low({"alt": piece.text}.get(piece.kind, "".join(heads)))
    held = [label for label in LABELS
            if head.startswith(label) and not re.match(r"[\w']", head[len(label) :])]  # fmt: skip
    return LABELS[max(held, key=len)] if held else ""


def _dated(number: Number, years: frozenset[str]) -> bool:
    """Whether the year of a value is read with it: just after it, before it in a series, around."""
    after = re.match(rf"[%€]?,? ?(?:en |\()({YEAR})", low(number.after))
    if after:
        return after[1] in years
    if any("toutes les années" in low(head) for head in number.piece.heads):
        before = re.findall(YEAR, low(number.before).replace("(périmètre 2024)", ""))
        return bool(before) and before[-1] in years
    return any(year in _read(number.piece) for year in years)


@cache
def _read(piece: Piece) -> str:
    return low(piece.context)


def _owned(number: Number, claim: Claim) -> bool:
    """Whether whose it is is told just before, just after or over it; else it is its own."""
    drawn, cell = (number.piece.kind == kind for kind in ("drawing", "cell"))
    left, right = low(number.before)[-60:], low(number.after)[:60]
    over = low(" · ".join(number.piece.heads[-2:])) if cell else ""
    if claim.kind == "around":
        told = re.findall(AROUND, left) or re.findall(AROUND, right)[:1] or re.findall(AROUND, over)
        return bool(told) and told[-1] in claim.who
    if claim.who:
        return drawn or any(who in text for who in claim.who for text in (left, right, over))
    others = cell and low(number.piece.heads[-1]).startswith(("médiane", "qpv", "territoire"))
    own = claim.kind == "year" or not others
    return own and not re.search(r"(qpv( publiés)?|médiane) :? ?$", left)


# --- anything else -------------------------------------------------------------------------------


def _checked(number: Number, *_of: str | None) -> str:
    """A checksum: another test holds it against the ledger's and the page's."""
    return "checksum" if re.fullmatch("[0-9a-f]{12}", number.token) else ""


def _classified(number: Number, *_of: str | None) -> str:
    """A code of the programme 147, with its label where one follows."""
    labels = recounted.nomenclature().get(number.token, ()) if "." in number.token else ()
    alone = labels and not re.match(r" [A-ZÉ]", number.after)
    follows = any(number.after[1:].startswith(label) for label in labels)
    return "nomenclature" if alone or follows else ""


def _mapped(number: Number, *_of: str | None) -> str:
    """A number of the map of all, the scale of a map, the rank of an axis: held by other tests."""
    heads, piece = " ".join(number.piece.heads), number.piece
    small = number.token.isdigit() and int(number.token) <= len(PLACES)
    if piece.kind == "drawing":
        scale = re.fullmatch(r"\d+ k?m", piece.text)
        return "drawing" if scale or ("Carte du Loiret" in heads and small) else ""
    return "rank" if "Axes par quartier" in heads and small else ""


def _named(number: Number, area: str | None, whose: str | None) -> str:
    every = recounted.names(area), recounted.names(whose)
    return "name" if any(within(number, texts) for texts in every) else ""


def _coded(number: Number, _area: str | None, whose: str | None) -> str:
    """A code of a perimeter: of this neighbourhood, of its successor."""
    mine = {whose, PLACES[whose].successor} if whose in PLACES else set()
    return "code" if number.token in mine else ""


def _said(number: Number, _area: str | None, whose: str | None) -> str:
    own = whose in PLACES and within(number, recounted.of(whose))
    return "sentence" if own or within(number, recounted.of_all()) else ""


def _placed(number: Number, area: str | None, _whose: str | None) -> str:
    """A cell of the table of named places."""
    if not area or number.piece.kind != "cell" or "Lieux nommés" not in number.piece.context:
        return ""
    text, head = number.piece.text, number.piece.heads[-2]
    return "place" if (head or text, text) in recounted.listed(area) else ""


def _alike(number: Number, area: str | None, _whose: str | None) -> str:
    """How far a neighbourhood elsewhere is, on how many figures."""
    row = _resembling(number, area) if area and "Écart moyen" in number.piece.heads else None
    if row is None:
        return ""
    told = f"{french(facts.Decimal(row.distance))} sur 100 sur {row.published} chiffres"
    return "distance" if number.piece.text == told else ""


def _written(number: Number, *_of: str | None) -> str:
    return "constant" if recounted.constant(number) else ""


def _ranked(number: Number, *_of: str | None) -> str:
    """The place of a line in its list, of a row in its table; of a table, tested apart."""
    alone = number.start == 0 and re.match(r"(\. | )?(?:\w|$|«)", number.after)
    listed = number.piece.kind != "cell" or number.piece.heads[-1] == "N°"
    place = alone and listed and number.token == str(number.piece.rank)
    return "rank" if place or number.before == "Tableau " else ""


RULES = (_checked, _classified, _mapped, _named, _coded, _said, _valued, _placed, _alike, _written,
         _ranked)  # fmt: skip
