"""One indicator in plain French (``qpv explain``), from the catalogue and the tables."""

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import noise, spreads
from qpvlib.tables import indicators, tidy

POLARITY = {
    "higher": "une valeur élevée est favorable",
    "lower": "une valeur basse est favorable",
    "none": "donnée descriptive, ni favorable ni défavorable",
}
STATUS = {"verified": "vérifiée", "deduced": "déduite", "unknown": "inconnue (édition du fichier)"}


def explain(code: str) -> str:
    """What an indicator says and does not say, how it is computed, its years, its noise."""
    known = catalogue()
    indicator = known.indicator(code)
    lines = [
        f"{indicator.label} ({code})",
        "",
        indicator.definition,
        f"Thème : {known.themes[indicator.theme].label}. Unité : {indicator.unit}. "
        f"Sens : {POLARITY[indicator.favourable]}.",
        f"Calcul : {_formula(indicator)}",
        f"Bruit : {_noise(code, indicator)}",
    ]
    if indicator.caution:
        lines.append(f"Réserve : {indicator.caution}")
    if indicator.leading_year:
        lines.append(f"Année qui mène : {indicator.leading_year}. {indicator.leading_reason}")
    if indicator.breaks:
        lines.append(f"Ruptures : {', '.join(map(str, indicator.breaks))}.")
    return "\n".join([*lines, "", "Années :", *_years(code), ""])


def _formula(indicator: Indicator) -> str:
    if indicator.nearest:
        what = indicator.nearest.column or "distance à vol d'oiseau du périmètre"
        return f"{what} du lieu le plus proche ({indicator.nearest.source})"
    told = []
    for entry in indicator.inputs:
        top = " + ".join(entry.numerator)
        bottom = " + ".join(entry.denominator)
        told.append(f"{top}{f' / {bottom} × 100' if bottom else ''} [{entry.source}]")
    return " ; ou ".join(told)


def _noise(code: str, indicator: Indicator) -> str:
    rows, rank = tidy.table("noise"), catalogue().rule("noise_rank")
    # Not the noise over the periods of trends, nor the leaps: another quantity, other years.
    rows = rows[(rows.indicator == code) & (rows.kind == "change")]
    if rows.empty:
        return f"non mesuré. {indicator.noise.reason}"
    unit = "points" if indicator.unit == "%" else indicator.unit
    limits = ", ".join(
        f"{wording.number(limit, indicator.decimals)} {unit} ({_size(size)}, n = {n})"
        for limit, size, n in zip(
            rows[noise.measured("noise_rank")], rows.size_class, rows.n, strict=True
        )
    )
    years = f"De {rows.year_from.iloc[0]} à {rows.year_to.iloc[0]}"
    return (
        f"{limits}. {years}, {rank} quartiers sur 100 n'ont pas changé davantage. "
        f"{indicator.noise.reason}"
    )


def _size(name: str) -> str:
    """A size class in words.

    >>> _size("0-2499"), _size("5000+"), _size("ensemble")
    ('0 à 2499 habitants', '5000 habitants ou plus', 'ensemble')
    """
    if name.endswith("+"):
        return f"{name[:-1]} habitants ou plus"
    return f"{name.replace('-', ' à ')} habitants" if "-" in name else name


def _years(code: str) -> list[str]:
    rows = indicators.observations(indicator=code)
    rows = rows[rows.generation == "2015"]
    told = []
    for (year, status, edition, source), part in rows.groupby(
        ["year", "year_status", "edition", "source"]
    ):
        limits = spreads.spread(code, year)
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
            f"{indicators.cite(source)}"
        )
    return told


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
    entries = [entry.source for entry in (*indicator.inputs, *indicator.context)]
    entries += [indicator.nearest.source] if indicator.nearest else []
    sources = ", ".join(dict.fromkeys(entries))
    side = {"higher": "haut favorable", "lower": "bas favorable", "none": "descriptif"}
    return (
        f"| {indicator.label} | `{code}` | {indicator.unit} | {side[indicator.favourable]} "
        f"| {sources} |"
    )
