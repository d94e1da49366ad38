"""The landmarks: the headline indicators in one table, a small drawing in each row."""

import pandas as pd

from qpvlib.catalogue import Indicator, catalogue, wording
from qpvlib.diagnosis import comparison
from qpvlib.document.exhibits import Exhibit, escape
from qpvlib.figures import rows
from qpvlib.figures.rows import View
from qpvlib.pages.cells import exhibit, headline, reading_cell, text, value_cell
from qpvlib.tables import areas, indicators, tidy
from qpvlib.tables.areas import Neighbourhood
from qpvlib.tables.tidy import Record


def landmarks(place: Neighbourhood, positions: pd.DataFrame) -> Exhibit:
    """The headline indicators: a small drawing, the value, how it reads, the areas around."""
    known = catalogue()
    judged = [c for c in headline() if not known.indicators[c].descriptive]
    described = [c for c in headline() if known.indicators[c].descriptive]
    first = positions[positions.benchmark == "metropole_qpv"].set_index("indicator")
    shown = [c for c in (*judged, *described) if c in first.index]
    seen = {view.code: view for view in rows.views(place, positions, shown)}
    html = (
        _legend(place)
        + _landmark_table([seen[c] for c in judged if c in seen], oriented=True)
        + _landmark_table([seen[c] for c in described if c in seen], oriented=False)
    )
    data = first.loc[shown].reset_index()[["indicator", "year", "value", "reference", "verdict"]]
    return exhibit(place, "Les repères", html, data)


def _legend(place: Neighbourhood) -> str:
    count = len(areas.siblings(place))
    words = [
        (
            _BAND,
            "quartiers prioritaires de métropole : 8 sur 10 (clair), la moitié (foncé), médiane",
        ),
        *([(_TICKS, f"les {count} quartiers du département")] if count > 1 else []),
        (_AROUND, "commune, département : même année seulement"),
        (_sign("harder"), "le quartier : plus de difficultés (le trait est le bruit)"),
        (_sign("easier"), "moins de difficultés"),
        (_sign("comparable"), "comparable"),
        (_sign("descriptive"), "descriptif"),
    ]
    items = "".join(f"<li>{drawing}<span>{text(label)}</span></li>" for drawing, label in words)
    return f'<ul class="key" aria-label="Signes du tableau">{items}</ul>'


def _small(shape: str, width: int = 20) -> str:
    return f'<svg width="{width}" height="18" aria-hidden="true">{shape}</svg>'


def _sign(kind: str) -> str:
    return _small(f'<svg x="10" y="9" overflow="visible">{rows.marker(kind)}</svg>')


_BAND = _small(
    f'<path d="M0 2h40v14H0z" fill="{rows.BAND}"/><path d="M11 2h20v14H11z" fill="{rows.CENTRE}"/>'
    f'<path d="M20 0v18" stroke="{rows.MEDIAN}" stroke-width="2"/>',
    40,
)
_TICKS = _small(f'<path d="M3 5v8M7 5v8M14 5v8M17 5v8" stroke="{rows.PEER}"/>')
_AROUND = _small(
    f'<path d="M4 4h12L10 15z" fill="#fff" stroke="{rows.MEDIAN}" stroke-width="1.5"/>'
)


def _landmark_table(seen: list[View], oriented: bool) -> str:
    ends = (
        ("◀ plus de difficultés", "moins de difficultés ▶")
        if oriented
        else ("◀ plus bas", "plus élevé ▶")
    )
    caption = (
        "Tableau 1. Indicateurs repères"
        if oriented
        else "Tableau 2. Données descriptives, ni favorables ni défavorables"
    )
    head = (
        '<th scope="col" role="columnheader">Indicateur, année des données</th>'
        '<th scope="col" role="columnheader" class="ends">'
        f"<div><span>{ends[0]}</span> <span>{ends[1]}</span></div></th>"
        '<th scope="col" role="columnheader" class="num">Quartier</th>'
        '<th scope="col" role="columnheader">Lecture et repères</th>'
    )
    body, theme = "", None
    own = _own(seen[0].place) if seen else {}
    for view in seen:
        label = catalogue().themes[view.declared.theme].short
        if oriented and label != theme:
            body += (
                '<tr class="th" role="row"><th scope="rowgroup" role="rowheader" colspan="4">'
                f"{escape(label)}</th></tr>"
            )
            theme = label
        body += _landmark_row(view, own.get(view.code, []), labelled=not body.count("<svg"))
    return (
        f'<table class="marks" role="table"><caption>{caption}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _landmark_row(seen: View, own: list[Record], labelled: bool) -> str:
    indicator, row = seen.declared, seen.row
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{text(indicator.label)} '
        f'<span class="s">{text(wording.year_of(row))}</span></th>'
        f'<td role="cell" class="draw">{rows.drawing(seen, labelled)}</td>'
        f'<td role="cell" class="num">{value_cell(row, indicator)}</td>'
        f'<td role="cell" class="read">{reading_cell(row, seen.part, indicator)}'
        f"{_later(row, own, indicator)}</td></tr>"
    )


def _own(place: Neighbourhood) -> dict[str, list[Record]]:
    """Observations of a neighbourhood, by indicator."""
    rows_ = tidy.records(indicators.observations(area=place.code))
    return tidy.grouped(rows_, "indicator")


def _later(row: Record, own: list[Record], indicator: Indicator) -> str:
    """The last value published after the leading year, with that year's median; never a gap."""
    after = [r for r in own if r["year"] > row["year"] and pd.notna(r["value"])]
    if not after:
        return ""
    last = max(after, key=lambda r: r["year"])
    limits = comparison.spread(row["indicator"], last["year"])
    decimals = int(last["decimals"])
    told = f"{wording.year_of(last)} : {wording.value(last['value'], indicator.unit, decimals)}"
    if limits is not None:
        median = wording.value(limits.at(50), indicator.unit, decimals)
        told += f" (médiane {median}, {wording.number(limits.n)} quartiers)"
    return f'<span class="s">{text(told)}</span>'
