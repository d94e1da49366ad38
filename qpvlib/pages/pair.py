"""Two neighbourhoods side by side: what distinguishes each, landmarks, needs, proposals."""

from collections.abc import Iterator, Sequence
from itertools import starmap

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.diagnosis import between, comparison, needs, traits
from qpvlib.diagnosis.between import Pair
from qpvlib.diagnosis.reading import METROPOLE, SOLID, Reading
from qpvlib.document.blocks import (
    Cell,
    Content,
    Facts,
    Group,
    Heading,
    Listing,
    Masthead,
    Paragraph,
    Row,
    Span,
    Table,
    muted,
    small,
    strong,
)
from qpvlib.document.exhibits import Exhibit
from qpvlib.document.named import named
from qpvlib.figures import rows
from qpvlib.pages.cells import DASH, headline, numbered, reads, say, tag, value_cell
from qpvlib.pages.details import cites
from qpvlib.pages.measures import heading
from qpvlib.pages.opening import SHOWN, caveats, fact, marked, need_line, perimeter
from qpvlib.pages.proposed import decision_line, falls_to
from qpvlib.roadmap import stands
from qpvlib.roadmap.objectives import Objective
from qpvlib.roadmap.stands import Plan
from qpvlib.tables.areas import Neighbourhood

SIGNS = ("first", "second")  # the mark of each in a drawing, beside its name
AREA = "anct_perimetres_2015"
Two = tuple[Neighbourhood, Neighbourhood]
Read = dict[str, Reading]


def pair_header(a: str | Neighbourhood, b: str | Neighbourhood) -> Exhibit:
    """Title of the page of two neighbourhoods, given by their codes or themselves."""
    both = between.two(a, b)
    offices = dict.fromkeys(place.office for place in both)
    title = say("pair", "title", first=both[0].name, second=both[1].name)
    office = say("pair", "office", office=", ".join(offices))
    under = Paragraph(say("pair", "caution"), "per")
    return _exhibit(both, title, Masthead(office, title, under=under))


def side_by_side(a: str | Neighbourhood, b: str | Neighbourhood) -> Exhibit:
    """Deux quartiers côte à côte, dans l'ordre alphabétique quel que soit l'ordre donné.

    Chaque ligne est d'une même année des données ; un écart entre les deux n'est dit qu'au-delà de
    leurs deux bruits additionnés. Rien n'est classé.

    Parameters
    ----------
    a, b : str, int ou Neighbourhood
        Deux quartiers, par leur code, leur numéro, leur nom ou eux-mêmes.

    Returns
    -------
    Exhibit
        Ce que la page des deux quartiers montre ; ``data`` : ses chiffres, dans leur unité.

    Raises
    ------
    QpvError
        Quartier inconnu ou ambigu, avec les noms proches ; deux fois le même.

    Examples
    --------
    >>> side_by_side("QP045012", "QP045010").title
    'Blossières et La Source'
    """
    both = between.two(a, b)
    compared = [comparison.compared(place) for place in both]
    plans = [stands.plan_of(place) for place in both]
    known = between.pairs(*compared, [*SHOWN, *headline()])
    marks = [known[code] for code in headline() if code in known]
    shown = _shown(plans, compared, known.values())
    own = list(zip(plans, map(marked, compared), strict=True))
    content = (
        Group(tuple(_opening(i, p, read, known) for i, (p, read) in enumerate(own)), "two"),
        Heading(2, say("pair", "figures")), Paragraph(say("pair", "how"), "small"),
        _legend(both),
        _table(sorted(marks, key=lambda one: one.first.declared.descriptive), both),
        Heading(2, say("pair", "needs")),
        Group(tuple(starmap(_needs, own)), "two"), *_caveats(compared),
        Heading(2, say("pair", "sources")),
        Listing((*cites(shown), _outlines()), "s cites"),
        Paragraph(say("sources", "licence"), "small"),
    )  # fmt: skip
    title = say("pair", "title", first=both[0].name, second=both[1].name)
    return _exhibit(both, title, content, shown[["area", "indicator", "year", "value", "verdict"]])


def _exhibit(both: Two, title: str, content: Content, data: pd.DataFrame | None = None) -> Exhibit:
    area = " ".join(place.code for place in both)
    return Exhibit(content, title, area, pd.DataFrame() if data is None else data)


def _shown(
    plans: Sequence[Plan], compared: Sequence[pd.DataFrame], known: Sequence[Pair]
) -> pd.DataFrame:
    """The figures of the page, one row each: those of the pairs, of the traits, of the needs."""
    parts = []
    for plan, rows_ in zip(plans, compared, strict=True):
        told = {trait.code for trait in plan.portrait.traits}
        told |= {code for need in plan.portrait.needs for code in need.codes}
        parts.append(rows_[rows_.indicator.isin(told) & (rows_.benchmark == METROPOLE)])
    columns = ["area", "indicator", "year", "year_status", "edition", "value", "verdict", "source"]
    own = [
        [one.area, one.code, *(getattr(one, name) for name in columns[2:])]
        for pair in known
        for one in pair.both
    ]
    found = pd.concat([pd.DataFrame(own, columns=columns), *(part[columns] for part in parts)])
    return found.drop_duplicates(["area", "indicator", "year"]).reset_index(drop=True)


def _caveats(compared: Sequence[pd.DataFrame]) -> tuple[Paragraph, ...]:
    """Those of both pages, each once."""
    told = dict.fromkeys(line for positions in compared for line in caveats(positions))
    return (Paragraph(" ".join(map(str, told)), "notes"),)


def _outlines() -> Content:
    return say("sources", "cite_outline", cite=catalogue().sources[AREA].cite)


# --- each of them ------------------------------------------------------------------------------


def _opening(number: int, plan: Plan, read: Read, known: dict[str, Pair]) -> Group:
    """Sign and name, what distinguishes it, how many live there."""
    place = plan.place
    communes = wording.listed([area.name for area in place.communes])
    name = Span(place.name, link=place.page)
    return Group((
        Heading(2, (rows.key(SIGNS[number]), " ", name, " ", small(communes))),
        Paragraph(traits.told(traits.chosen(read), read), "told"),
        Facts(tuple(_counts(number, known)), label=say("identity", "title")),
        Paragraph(perimeter(place), "small"),
    ))  # fmt: skip


def _counts(number: int, known: dict[str, Pair]) -> Iterator[tuple[Content, Content]]:
    for code in SHOWN:
        one = known[code].both[number] if code in known else None
        yield fact([one] if one else [], code)


def _needs(plan: Plan, read: Read) -> Group:
    offers = tuple(_offers(plan))
    return Group((
        Heading(3, plan.place.name),
        Heading(4, say("pair", "needs_of")),
        numbered(map(need_line, needs.shown(read))) or Paragraph(say("need", "none")),
        Heading(4, say("pair", "offers_of")),
        Listing(offers, "dash") if offers else Paragraph(say("pair", "no_offer")),
    ))  # fmt: skip


def _offers(plan: Plan) -> Iterator[Content]:
    """What was decided, then what is proposed on the other axes."""
    for stand in plan.stands:
        if stand.decision and stand.kept:
            goals = " ".join(f"{goal.rstrip('.')}." for _, goal in stands.goals(stand))
            yield strong(f"{stand.axis.short}."), " ", decision_line(stand), " ", goals
    for objective in plan.proposals:
        stand = plan.stand(objective)
        if plan.undecided(objective):
            yield _offer(objective, stand.axis.short if stand else "")


def _offer(objective: Objective, axis: str) -> Content:
    lead = axis if objective.open else say("axes", "falls", who=falls_to(objective))
    head = (strong(f"{lead}."), " ") if lead else ()
    return *head, f"{objective.short}.", tag(objective.solidity or SOLID)


# --- the landmarks -----------------------------------------------------------------------------


def _legend(both: Two) -> Listing:
    own = [
        (rows.key(sign), Span(say("pair", "sign_own", name=place.name)))
        for sign, place in zip(SIGNS, both, strict=True)
    ]
    items = (*own, (rows.key("band"), Span(say("pair", "sign_band"))))
    return Listing(items, "key", label=say("pair", "signs"))


def _table(pairs: Sequence[Pair], both: Two) -> Table:
    """The indicators under the heads of what they speak of, those that only describe the last."""
    ends = Span(say("landmarks", "left")), " ", Span(say("landmarks", "right"))
    names = (Cell((rows.key(s), " ", p.name), "own") for s, p in zip(SIGNS, both, strict=True))
    head = (
        say("landmarks", "indicator"), Cell(Group(ends), "ends"), *names, say("pair", "between")
    )  # fmt: skip
    lines: list[Row] = []
    above = ""
    for pair in pairs:
        group, label = heading(pair.first)
        if group != above:
            lines.append(Row((group,), "th"))
            above = group
        lines.append(_row(pair, label, both))
    return Table(say("landmarks", "caption"), head, tuple(lines), "pair", scroll=False)


def _row(pair: Pair, label: str, both: Two) -> Row:
    one = pair.first
    apart = one.year != pair.second.year
    labels = [named(one.code, label), " "]
    if not apart:
        labels += [small(" · ".join([one.when, *_median(one)]))]
    own = (
        Cell(_own(each, apart), "own", place.name)
        for each, place in zip(pair.both, both, strict=True)
    )
    drawn = DASH if apart else rows.pair(*pair.both)
    said = Cell(_said(pair), "said", say("pair", "between"))
    return Row((tuple(labels), Cell(drawn, "draw"), *own, said))


def _median(one: Reading) -> list[str]:
    return [] if pd.isna(one.median) else [say("pair", "median", value=one.metropole_shown)]


def _own(one: Reading, apart: bool) -> Content:
    """A value and how it reads among the metropolitan QPV; with its year where it is its own."""
    parts = [one.when, *_median(one)] if apart else []
    year = small(say("pair", "year", year=" · ".join(parts))) if parts else ""
    return value_cell(one), " ", reads(one) if one.published else "", year


def _said(pair: Pair) -> Content:
    """« écart supérieur au bruit », « comparables », or why nothing is said."""
    state = say("pair", pair.state)
    if pair.state not in ("beyond", "alike"):
        return muted(state)
    doubt = tag("confirm") if pair.state == "beyond" and pair.unsure else ""
    unit, decimals = pair.first.declared.unit, int(min(one.decimals for one in pair.both))
    gap = wording.size(pair.gap, unit, decimals) if pair.gap else say("pair", "no_gap")
    noise = wording.size(pair.noise, unit, decimals)
    kind = "strong" if pair.state == "beyond" else ""
    return Span(state, kind), doubt, " ", small(say("pair", "detail", gap=gap, noise=noise))
