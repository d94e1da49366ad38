"""One indicator in plain French, from the catalogue and the tables: ``qpv explain``, its card."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import noise, spreads
from qpvlib.diagnosis.leading import leading_year
from qpvlib.diagnosis.reading import Reading
from qpvlib.project import kept
from qpvlib.tables import areas, indicators, tidy
from qpvlib.tables.tidy import Record

STATUS = {"verified": "vérifiée", "deduced": "déduite", "unknown": "inconnue (édition du fichier)"}
SAID = ("says", "unsaid", "side", "noise", "called", "breaks", "blank")


def explain(code: str) -> str:
    """What an indicator says and does not say, how it is computed, its years, its noise."""
    indicator = catalogue().indicator(code)
    theme = catalogue().themes[indicator.theme].label
    told = [f"{wording.say('card', key)} : {text}" for key, text in facts(code).items()]
    counted = " ; ".join(f"{one.cite}, {one.page}" for one in held(code))
    return "\n".join([
        f"{indicator.label} ({code})", "", *told, f"Thème : {theme}. Unité : {indicator.unit}.",
        f"{wording.say('card', 'who')} : {counted}", f"Calcul : {_formula(indicator)}", "",
        "Années :", *_years(code), "",
    ])  # fmt: skip


def _formula(indicator: Indicator) -> str:
    if indicator.nearest:
        what = indicator.nearest.column or "distance à vol d'oiseau du périmètre"
        return f"{what} du lieu le plus proche ({indicator.nearest.source})"
    told = []
    for entry in (*indicator.inputs, *indicator.later):
        top = " + ".join(entry.numerator)
        bottom = " + ".join(entry.denominator)
        told.append(f"{top}{f' / {bottom} × 100' if bottom else ''} [{entry.source}]")
    return " ; ou ".join(told)


# --- what there is to know -----------------------------------------------------------------------


def facts(code: str) -> dict[str, str]:
    """What there is to know of an indicator, by head (``[card]`` of ``phrases-fiches.toml``).

    In the order of reading; a head of which there is nothing to say is left out.
    """
    indicator = catalogue().indicator(code)
    told = {
        "says": indicator.definition, "unsaid": _unsaid(code, indicator),
        "side": _side(indicator), "noise": _noise(code, indicator),
        "called": " ".join(_called(code)), "breaks": " ".join(_breaks(code, indicator)),
        "blank": " ".join(_blanks(code)),
    }  # fmt: skip
    return {key: text for key in SAID if (text := told[key])}


def _unsaid(code: str, indicator: Indicator) -> str:
    """Its own caution, then what no figure of its series says."""
    known, limits = catalogue(), catalogue().phrases["limits"]
    series = dict.fromkeys(indicators.series(known, row["source"]) for row in own(code))
    every = [limits[name] for name in series if name in limits]
    return " ".join(filter(None, [indicator.caution, *every]))


def _side(indicator: Indicator) -> str:
    if indicator.descriptive:
        return wording.say("polarity", "none")
    return wording.say("polarity", f"{indicator.favourable}_{indicator.family}")


def _noise(code: str, indicator: Indicator) -> str:
    rows, rank = tidy.table("noise"), catalogue().rule("noise_rank")
    # Not the noise over the periods of trends, nor the leaps: another quantity, other years.
    rows = rows[(rows.indicator == code) & (rows.kind == "change")]
    reason = indicator.noise.reason
    if rows.empty:
        return wording.say("card", "noise_none", reason=reason)
    limits = (
        wording.say(
            "card", "noise_of", limit=wording.size(limit, indicator.unit, _fine(indicator)),
            size=_size(size), n=wording.number(n),
        )
        for limit, size, n in zip(
            rows[noise.measured("noise_rank")], rows.size_class, rows.n, strict=True
        )
    )  # fmt: skip
    first, last = rows.year_from.iloc[0], rows.year_to.iloc[0]
    return wording.say(
        "card", "noise_told", limits=", ".join(limits), first=first, last=last, rank=rank,
        reason=reason,
    )  # fmt: skip


def _fine(indicator: Indicator) -> int:
    """Decimals of a noise: one at least, but of euros."""
    return indicator.decimals if indicator.unit == "€" else max(1, indicator.decimals)


def _size(name: str) -> str:
    """A size class in words.

    >>> _size("0-2499"), _size("5000+"), _size("ensemble")
    ('0 à 2\\u202f499 habitants', '5\\u202f000 habitants ou plus', 'ensemble')
    """
    if name.endswith("+"):
        return f"{wording.number(int(name[:-1]))} habitants ou plus"
    if "-" not in name:
        return name
    return f"{' à '.join(wording.number(int(end)) for end in name.split('-'))} habitants"


def _called(code: str) -> Iterator[str]:
    """How many metropolitan QPV the rules call of each side: what chance alone may also do."""
    rows = tidy.table("calls")
    rows = rows[rows.indicator == code]
    for rule, ends, key in (
        ("noise_rank", ("higher", "lower"), "called_gap"),
        ("change_rank", ("up", "down"), "called_change"),
    ):
        rank = catalogue().rule(rule)
        asked = rows[(rows["rank"] == rank) & rows.verdict.isin(ends)].set_index("verdict")
        if len(asked):
            shares = (wording.value(100 * asked.told[e] / asked.n[e], "%", 1) for e in ends)
            parts = dict(zip(("more", "less"), shares, strict=True))
            years = {"first": asked.year_from.iloc[0], "last": asked.year_to.iloc[0]}
            yield wording.say("card", key, chance=100 - rank, **parts, **years)


def _breaks(code: str, indicator: Indicator) -> Iterator[str]:
    """Where a series cannot be followed: the metropolitan medians before and after tell how far."""
    names = {row["year"]: wording.year_of(row) for row in own(code)}
    for year in indicator.breaks:
        before, after = _beside(code, [y for y in sorted(names) if y < year], year, sorted(names))
        if before is None or after is None:
            yield wording.say("card", "break", year=year)
            continue
        sides = {"before": before, "after": after}
        medians = {
            f"{side}_median": wording.value(
                spreads.spread(code, at).at(50), indicator.unit, indicator.decimals
            )
            for side, at in sides.items()
        }
        yield wording.say(
            "card", "break_medians", **medians,
            **{side: names[at] for side, at in sides.items()},
        )  # fmt: skip
    if indicator.trend_from:
        yield wording.say("card", "trend_from", year=indicator.trend_from)


def _beside(
    code: str, former: list[int], year: int, years: list[int]
) -> tuple[int | None, int | None]:
    """The last year before a break and the first from it on that have a distribution."""
    known = [y for y in former if spreads.spread(code, y)]
    later = [y for y in years if y >= year and spreads.spread(code, y)]
    return max(known, default=None), min(later, default=None)


def _blanks(code: str) -> Iterator[str]:
    """How many neighbourhoods have no figure in the year shown, and what the file says of it."""
    found = leading(code)
    all_ = len(areas.neighbourhoods())
    alone = "_one" if all_ == 1 else ""
    notes: dict[str, int] = {}
    for one in found.values():
        if one.status == "not_published":
            notes[one.note] = notes.get(one.note, 0) + 1
    for note, n in sorted(notes.items()):
        key = "blank_note" if note else "blank_bare"
        yield wording.say("card", key + alone, n=n, all=all_, note=note)
    hidden = [one for one in found.values() if one.bound is not None]
    if hidden:
        yield wording.say(
            "card", f"censored{alone}", n=len(hidden), all=all_, fewer=hidden[0].fewer
        )


# --- its figures ---------------------------------------------------------------------------------


def own(code: str, generation: str = "2015") -> list[Record]:
    """Observations of the neighbourhoods for an indicator, in their perimeters of a generation."""
    return _own(code).get(generation, [])


@kept("tidy")
def _own(code: str) -> dict[str, list[Record]]:
    tables = ("observations", "observations_2024")
    rows = [row for t in tables for row in tidy.records(tidy.part(t, "indicator", [code]))]
    return tidy.grouped(sorted(rows, key=itemgetter("year")), "generation")


def leading(code: str) -> dict[str, Reading]:
    """Figures of the neighbourhoods in the year that pages lead with, by code; not compared."""
    year = leading_year({row["year"] for row in own(code)}, code)
    return {row["area"]: Reading.of(row) for row in own(code) if row["year"] == year}


@dataclass(frozen=True)
class Held:
    """What a source gives of an indicator.

    Attributes
    ----------
    cite, page : str
        How it is cited; the address where its producer publishes it.
    years : str
        In words; those that are deduced, and the files whose years are unknown, are said to be.
    generation : str
        Of the perimeters, ``2015`` or ``2024``.
    """

    cite: str
    page: str
    years: str
    generation: str


def held(code: str) -> list[Held]:
    """What each source gives of an indicator for the neighbourhoods, the oldest years first."""
    found = []
    for generation in areas.GENERATIONS:
        parts: dict[tuple[str, str], list[Record]] = {}
        for row in own(code, generation):
            page = catalogue().sources[row["source"].partition("/")[0]].page
            parts.setdefault((indicators.cite(row["source"]), page), []).append(row)
        for named, rows in parts.items():
            found.append(Held(*named, wording.listed(list(_dated(rows))), generation))
    return found


def _dated(rows: list[Record]) -> Iterator[str]:
    """Years of one source, by how they are known."""
    for status, part in tidy.grouped(rows, "year_status").items():
        unknown = status == "unknown"
        years = (str(row["edition"]) if unknown else wording.year_of(row) for row in part)
        yield wording.say("card", f"years_{status}", years=", ".join(dict.fromkeys(years)))


def _years(code: str) -> list[str]:
    told = []
    keys = ["year", "year_status", "edition", "source"]
    every = (row for generation in areas.GENERATIONS for row in own(code, generation))
    rows = pd.DataFrame(every, columns=list(tidy.COLUMNS["observations"]))
    for (year, status, edition, source), part in rows.groupby(keys):
        first = part.area.iloc[0]
        limits = spreads.spread(code, year, first)
        median = ""
        if limits is not None:
            unit, decimals = catalogue().indicator(code).unit, int(part.decimals.iloc[0])
            shown = wording.value(limits.at(50), unit, decimals)
            if limits.censored:
                shown = wording.say("figure", "at_most", value=shown)
            median = f" ; médiane des {limits.n} QPV de métropole : {shown}"
        told.append(
            f"- {wording.year(year, status, edition, source)} (édition {edition}, année "
            f"{STATUS[status]}) : {part.value.notna().sum()} quartiers sur {len(part)}{median} — "
            f"{indicators.cite(source)}{', périmètres de 2024' * areas.of_2024(first)}"
        )
    return told or [f"- {wording.say('cards', 'none')}"]


# --- the list ------------------------------------------------------------------------------------


def listing() -> str:
    """The list of the indicators as Markdown, theme by theme (``docs/indicateurs.md``)."""
    known = catalogue()
    lines = [
        "# Les indicateurs",
        "",
        f"{len(known.indicators)} indicateurs, tirés de `data/catalogue` par `qpv explain --all`.",
        "`qpv explain CODE` en explique un en entier.",
    ]
    for code, theme in known.themes.items():
        lines += ["", f"## {theme.label}", "", "| indicateur | code | unité | sens | sources |"]
        lines.append("|---|---|---|---|---|")
        lines += [_row(c, i) for c, i in known.indicators.items() if i.theme == code]
    lines += ["", "## Non mesuré à l'échelle du quartier", ""]
    lines += [
        f"- {entry.label}" + (f" (indice le plus proche : {entry.clue})" if entry.clue else "")
        for entry in known.not_measured.values()
    ]
    return "\n".join([*lines, ""])


def _row(code: str, indicator: Indicator) -> str:
    entries = [entry.source for entry in (*indicator.inputs, *indicator.context, *indicator.later)]
    entries += [indicator.nearest.source] if indicator.nearest else []
    sources = ", ".join(dict.fromkeys(entries))
    side = {"higher": "haut favorable", "lower": "bas favorable", "none": "descriptif"}
    return (
        f"| {indicator.label} | `{code}` | {indicator.unit} | {side[indicator.favourable]} "
        f"| {sources} |"
    )
