"""Number → French words: rounding, sign, points, years; and the sentences of the catalogue."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Any

import pandas as pd
from babel import Locale
from babel.numbers import NumberPattern, parse_pattern

from qpvlib.catalogue import QpvError, catalogue, unknown

Record = Mapping[str, Any]  # a row of a table, by column: a dict, or a pandas Series

THIN = "\u202f"
SOLID = "\u00a0"
STEP = 50  # metres: outlines are no finer
UNITS = {"%": f"{THIN}%", "€": f"{THIN}€", "€/m²": f"{THIN}€", "m": f"{THIN}m"}


@lru_cache(maxsize=10_000)  # the same medians on every page
def number(value: float, decimals: int = 0) -> str:
    """A number in French: comma, thin no-break space between thousands, never « −0 ».

    >>> number(12560), number(-0.04, 1), number(43.45, 1)
    ('12\\u202f560', '0,0', '43,5')
    """
    shown = rounded(value, decimals)
    text = _pattern(decimals).apply(abs(shown), _FRENCH)
    return f"−{text}" if shown < 0 else text


_FRENCH = Locale("fr", "FR")


@cache
def _pattern(decimals: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * decimals if decimals else ""))


def rounded(value: float, decimals: int) -> float:
    """Half away from zero, on the decimal text: what a reader expects, and what tables show.

    >>> rounded(43.45, 1), rounded(0.5, 0)
    (43.5, 1.0)
    """
    exact = Decimal(f"{value:.6f}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return float(exact) + 0.0


def value(amount: float | None, unit: str, decimals: int = 0) -> str:
    """A value with its unit, or « non publié ».

    >>> value(58, "%", 1), value(12560, "€"), value(None, "%")
    ('58,0\\u202f%', '12\\u202f560\\u202f€', 'non publié')
    """
    if amount is None or pd.isna(amount):
        return say("figure", "blank")
    return number(amount, decimals) + UNITS.get(unit, "")


def year(data_year: int, status: str, edition: int, source: str = "") -> str:
    """A data year as readers must see it: a date, a year, or only a file's edition.

    A page that shows deduced years has a note that says which (``pages.cells.year_notes``).

    >>> year(2019, "verified", 2019), year(2018, "deduced", 2022), year(2022, "unknown", 2022)
    ('2019', '2018', 'fichier Insee 2022')
    """
    told = {
        "verified": str(int(data_year)),
        "deduced": str(int(data_year)),
        "unknown": catalogue().phrases["year"]["unknown"].format(edition=int(edition)),
    }[status]  # and no other status: it would pass for a verified year
    name, _, block = source.partition("/")
    entry = catalogue().sources.get(name)
    if entry and block in entry.blocks:
        return entry.blocks[block].dates.get(int(edition), told)
    return told


def span(years: pd.Series) -> str:
    """« 2013 à 2018 », or the only year.

    >>> span(pd.Series([2018, 2013])), span(pd.Series([2022, 2022]))
    ('2013 à 2018', '2022')
    """
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first} à {last}"


def year_of(row: Record) -> str:
    """The data year of an observation or of a comparison, in words."""
    return year(row["year"], row["year_status"], row["edition"], row["source"])


def points(gap: float, unit: str, decimals: int) -> str:
    """A gap in words: points for percentages, the unit otherwise; the sign is a word.

    >>> points(-19.8, "%", 1), points(1.9, "%", 1), points(-1575, "€", 0), points(-0.04, "%", 1)
    ('19,8 points de moins', '1,9 point de plus', '1\\u202f575\\u202f€ de moins', 'aucun écart')
    """
    if rounded(gap, decimals) == 0:
        return "aucun écart"
    return f"{size(gap, unit, decimals)} {'de plus' if gap > 0 else 'de moins'}"


def size(gap: float, unit: str, decimals: int) -> str:
    """How large a gap is, either way: points for percentages, the unit otherwise.

    >>> size(-19.8, "%", 1), size(1.9, "%", 1), size(1575, "€", 0)
    ('19,8 points', '1,9 point', '1\\u202f575\\u202f€')
    """
    large = abs(rounded(gap, decimals))
    if unit != "%":
        return value(large, unit, decimals)
    return f"{number(large, decimals)} {'points' if large >= 2 else 'point'}"


def inhabitants(change: float) -> str:
    """A change of the population in words.

    >>> inhabitants(-316), inhabitants(1)
    ('316 habitants de moins', 'un habitant de plus')
    """
    key = "population_less" if change < 0 else "population_more"
    one = "_one" if abs(change) == 1 else ""
    return say("field", key + one, value=number(abs(change)))


def sentence(text: str) -> str:
    """First letter in upper case; the rest untouched.

    >>> sentence("la moitié")
    'La moitié'
    """
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """First letter in lower case, but an acronym's.

    >>> lowered("Emploi des femmes"), lowered("RSA"), lowered("École")
    ('emploi des femmes', 'RSA', 'école')
    """
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def proper(name: str) -> str:
    """A name that a file writes in capitals, as names are written; « École » with its accent.

    >>> proper("Ecole secondaire privée ECBG"), proper("CH SULLY-SUR-LOIRE"), proper("Gien")
    ('École secondaire privée ECBG', 'CH Sully-sur-Loire', 'Gien')
    >>> proper("CENTRE HOSPITALIER DE L'AGGLOMERATION MONTARGOISE"), proper("LE BLANC")
    ("Centre Hospitalier de l'Agglomeration Montargoise", 'Le Blanc')
    """
    if name.isupper():
        name = re.sub(r"[^\W\d_]+", lambda word: _cased(word[0]), name)
        name = re.sub(r"(?<=.)\b(De|Du|Des|La|Le|Les|L|D|Sur|Sous|En|Et|Aux?)\b(?=[ '-])",
                      lambda word: word[0].lower(), name)  # fmt: skip
    return re.sub(r"\bEcole", "École", name)


def _cased(word: str) -> str:
    return word if re.fullmatch("[^AEIOUY]{2,}U?", word) else word.capitalize()


def listed(parts: list[str]) -> str:
    """Clauses joined as a French list.

    >>> listed(["un", "deux", "trois"]), listed(["un"])
    ('un, deux et trois', 'un')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} et {parts[-1]}"


def say(group: str, key: str, **parts: object) -> str:
    """A sentence of ``phrases.toml``, its parts filled in, its spaces made French.

    >>> say("distance", "kilometres", value="3,6")
    'à environ 3,6\\u202fkm'

    Raises
    ------
    QpvError
        When no file has this sentence: one without parts is not looked for before.
    """
    sentences = catalogue().phrases.get(group, {})
    if key not in sentences:
        raise QpvError(f"phrases*.toml, [{group}] : {unknown('la phrase', key, sentences)}")
    return spaced(sentences[key].format(**parts))


# A year is no thousands.
THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?!\d)")
MEASURED = re.compile(r"(?<=\d) (?=(?:km|m|km²|m²|ha|h|ko|Mo)\b)")  # a number, then its unit


def spaced(text: str) -> str:
    """French spaces: thin before ; ? ! % €, units and in numbers, no-break before : and in « ».

    >>> spaced("Qui ? « lui » : 3 %")
    'Qui\\u202f? «\\xa0lui\\xa0»\\xa0: 3\\u202f%'
    >>> spaced("en 2019 350 et 12 500")
    'en 2019 350 et 12\\u202f500'
    """
    text = THOUSANDS.sub(lambda number: number[0].replace(" ", THIN), text)
    text = re.sub(r" ([;?!%€])", THIN + r"\1", MEASURED.sub(THIN, text))
    text = re.sub(r" :", SOLID + ":", text)
    return text.replace("« ", "«" + SOLID).replace(" »", SOLID + "»")


def distance(metres: float) -> str:
    """A distance as the crow flies, as roughly as the outlines allow.

    >>> distance(0), distance(318), distance(3642)
    ('dans le périmètre', 'à environ 300\\u202fm', 'à environ 3,6\\u202fkm')
    """
    if metres == 0:
        return say("distance", "inside")
    if metres < STEP:
        return say("distance", "close", value=STEP)
    if metres < 975:
        return say("distance", "metres", value=number(STEP * round(metres / STEP)))
    return say("distance", "kilometres", value=number(metres / 1000, 1))
