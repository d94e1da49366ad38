"""Sentences with a number worked out again whole, names that have one, constants of the catalogue.

A number is of a text where that text stands whole around it. Nothing of qpvlib.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

import facts
import offered
import sentences
import surroundings
import together
from claims import low
from extracting import TOKEN, Number
from facts import AXES, PLACES, french
from reading import plain

CATALOGUE = facts.DATA / "catalogue"
Texts = dict[str, list[str]]  # by each number that they have


def indexed(texts: Iterable[str]) -> Texts:
    found: Texts = defaultdict(list)
    for text in {plain(text) for text in texts}:
        for token in {token[0] for token in TOKEN.finditer(text)}:
            found[token].append(text)
    return found


def within(number: Number, texts: Texts) -> bool:
    """Whether one of these texts stands whole around the number, no other number cut."""
    whole = number.piece.text
    for text in texts.get(number.token, ()):
        at = whole.find(text, max(0, number.end - len(text)), number.start + len(text))
        if at < 0:
            continue
        outside = f" {whole}"[at], f"{whole} "[at + len(text)]
        if not any(a in DIGITS and b in DIGITS for a, b in zip(outside, (text[0], text[-1]),
                                                               strict=True)):  # fmt: skip
            return True
    return False


DIGITS = "0123456789"

# --- of a neighbourhood --------------------------------------------------------------------------


@cache
def of(area: str) -> Texts:
    """Its sentences, its thresholds and sources."""
    found = [*sentences.of(area), *surroundings.every(area), *_thresholds()]
    for cite, years, copies in cited(area):
        found += [cite, years, *copies]
    return indexed(found)


def _thresholds() -> Iterator[str]:
    """« (25 quartiers sur 100) »: a threshold and its unit, after its reason."""
    for rule in facts.thresholds().values():
        given = rule["value"] if isinstance(rule["value"], list) else [rule["value"]]
        exact = [facts.Decimal(str(value)).normalize() for value in given]
        shown = [french(value, max(0, -value.as_tuple().exponent)) for value in exact]
        yield plain(f"{rule['reason']} ({sentences.listed(shown)} {rule['unit']})")


def cited(area: str) -> Iterator[tuple[str, str, set[str]]]:
    """« Cnaf, … : fichiers 2017 à 2022 ; copie du 11/09/2024. »: one line per producer's series."""
    lines = defaultdict(list)
    for (place, _, _), row in facts.observations().items():
        if place == area:
            lines[facts.block(row.source)["cite"]].append(row)
    for cite, rows in lines.items():
        years = sorted({row.year for row in rows})
        word = "fichiers" if all(row.year_status == "unknown" for row in rows) else "données"
        span = " à ".join(str(year) for year in dict.fromkeys([years[0], years[-1]]))
        named = dict.fromkeys(row.source.partition("/")[0] for row in rows)
        copies = {plain(facts.SOURCES[name]["updated"]) for name in named}
        yield plain(cite), f"{word} {span}", copies


@cache
def names(area: str | None) -> Texts:
    """Names and addresses that have a number; of all where there is no neighbourhood."""
    places = PLACES.values()
    found = {name for p in places for name in (p.name, p.official_name, p.successor_name)}
    areas = [area] if area in PLACES else PLACES
    for row in (row for code in areas for row in facts.resources(code)):
        found |= {surroundings.proper(row.name), surroundings.proper(row.address), row.address}
    for row in facts.similar(area) if area in PLACES else ():
        found |= {row.name, f"{row.communes} ({row.departement})"}
    return indexed(found)


@cache
def listed(area: str) -> frozenset[tuple[str, str]]:
    """Head and text of each cell of the table of named places."""
    rows = surroundings.rows(area)
    return frozenset((name, text) for name, *rest in rows for text in (name, *rest))


# --- of all --------------------------------------------------------------------------------------


@cache
def of_all() -> Texts:
    """Sentences on all the neighbourhoods, or on those of a contract; legends; numbering."""
    codes = list(together.by_contract().values())
    ordered = [plain(PLACES[code].name) for inside in codes for code in inside]
    missing = tomllib.loads((CATALOGUE / "not_measured.toml").read_text("utf-8"))
    return indexed([
        *map(together.counted, codes), together.note(), together.poorer(), *together.shared(),
        *together.lead(), together.overview(), *together.FOOTNOTES,
        *(line for inside in codes for line in together.weighed(inside)),
        *map(sentences.question, PLACES),
        "l'année 2018 est déduite de l'édition 2022",
        *(f"P147 ({period})" for period in _periods()),
        f"les {len(PLACES)} du département", f"Les {len(PLACES)} quartiers",
        f"des {len(PLACES)} quartiers", f"{len(missing) - 4} autres dans les détails", "8 sur 10",
        "▲ 31", "△ 31", "31 comparable",  # the samples of a legend
        *(f"{at}{dot} {name}" for at, name in enumerate(ordered, 1) for dot in ("", ".")),
    ])  # fmt: skip


def _periods() -> dict[str, dict]:
    return tomllib.loads((CATALOGUE / "nomenclatures.toml").read_text("utf-8"))


@cache
def nomenclature() -> dict[str, set[str]]:
    """Codes of the programme 147, of each period, with their labels."""
    found = defaultdict(set)
    for period in _periods().values():
        for code, theme in period["codes"].items():
            found[code].add(plain(theme["label"]))
    return found


def of_site(site) -> Iterator[str]:
    """What the roadmap counts over the diagnoses."""
    proposals = [one for area in PLACES for one in offered.proposals(offered.own(site, area))]
    asked = sum(len(offered.own(site, area).section("À demander")) for area in PLACES)
    yield (f"{len(proposals)} objectifs de {len({one.pattern for one in proposals})} sortes pour "
           f"{len(PLACES)} quartiers, et {asked} questions à poser")  # fmt: skip
    states = [offered.states(site, area) for area in PLACES]
    for axis, declared in AXES.items():
        told = [found[axis] for found in states]
        ranked = [one for one in told if re.match(r"\d", one)]
        solid = sum("à confirmer" not in one for one in ranked)
        known, every = sum(one != "non documenté" for one in told), f"sur {len(PLACES)}"
        head = f"{declared['label']} : un objectif dans {len(ranked)} quartiers {every}"
        yield f"{head}, dont {solid} de façon solide" if solid else head
        yield f"{declared['label']} : aucun objectif qui lui soit propre ; documenté dans {known} "\
              f"quartiers {every}"  # fmt: skip


# --- constants -----------------------------------------------------------------------------------


def constant(number: Number) -> bool:
    """Whether the catalogue writes this number between the same two words."""
    before, after = _beside(low(number.before), -1), _beside(low(number.after), 0)
    pairs = {(before, after), ("", after), (before, "")} - {("", "")}
    return any((b, number.token.lower(), a) in _constants() for b, a in pairs)


@cache
def _constants() -> frozenset[tuple[str, str, str]]:
    """Every number that the catalogue and the notebooks write, between two words."""
    texts = [text for path in CATALOGUE.glob("*.toml")
             for text in _strings(tomllib.loads(path.read_text("utf-8")))]  # fmt: skip
    texts += [p.read_text("utf-8") for p in (facts.DATA.parent / "notebooks").glob("*.ipynb")]
    return frozenset(
        (_beside(text[: token.start()], -1), token[0], _beside(text[token.end() :], 0))
        for text in map(low, texts) if re.search("[a-zé]{3}", text)
        for token in TOKEN.finditer(text)
    )  # fmt: skip


def _strings(entry) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict | list):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from _strings(part)


def _beside(text: str, at: int) -> str:
    """The nearest word of a text, from its end or its start; nothing where it is a place."""
    found = re.findall(r"\{\w*\}|[a-zà-ÿœ]+|[%€]", text[-40:] if at else text[:40])
    return "" if not found or found[at].startswith("{") else found[at]
