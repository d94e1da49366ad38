"""The annex « enjeux et objectifs par quartier », in the order of comparable calls."""

from qpvlib.catalogue import axes, wording
from qpvlib.catalogue.axes import Axis
from qpvlib.document.blocks import Break, Content, Figure, Heading, Paragraph, Table
from qpvlib.pages.cells import count, say
from qpvlib.pages.proposals import goal_line
from qpvlib.pages.roadmap import scheme_line
from qpvlib.pages.sheet import Maps, Matter, deduced, sheet, status, title
from qpvlib.roadmap import stands
from qpvlib.roadmap.priorities import PROPOSED, UNDOCUMENTED
from qpvlib.roadmap.stands import Stand
from qpvlib.tables import areas


def annex(matters: list[Matter], maps: Maps, overview: Figure, final: bool) -> Content:
    """Note, map, sheets, axes, evaluation, below the title; ``final`` when every axis is decided.

    ``maps`` gives those of a neighbourhood; ``overview`` is that of all, by their numbers.
    """
    sheets: list[Content] = []
    for one in matters:
        sheets += [Break(), Heading(3, title(one.place)), *sheet(one, maps, 4, final)]
    return (
        *_front(matters, final), Heading(2, say("annex", "map")), overview, _numbers(matters),
        Break(), Heading(2, say("annex", "sheets")), *sheets[1:], Break(),
        Heading(2, say("annex", "goals")),
        *(_axis(code, axis, matters) for code, axis in axes.scheme().axes.items()),
        *_evaluation(matters),
    )  # fmt: skip


def _front(matters: list[Matter], final: bool) -> tuple[Content, ...]:
    notes = ("purpose", "reading", "sure", "compare", "who", "unread")
    return (
        Paragraph(say("annex", "lead", office=areas.whole()[0]), "lead"),
        status([stand for one in matters for stand in one.stands], final),
        Heading(2, say("annex", "note")), *(Paragraph(say("annex", key)) for key in notes),
        scheme_line(axes.scheme()), *deduced(matters),
    )  # fmt: skip


def _numbers(matters: list[Matter]) -> Table:
    order = areas.numbers()
    places = sorted((one.place for one in matters), key=lambda place: order[place.code])
    rows = tuple(
        (str(order[place.code]), place.name, ", ".join(area.name for area in place.communes),
         place.contract.short if place.contract else "")
        for place in places
    )  # fmt: skip
    head = tuple(say("annex", f"map_{key}") for key in ("number", "place", "communes", "contract"))
    return Table(say("annex", "map_note"), head, rows, widths=(1, 4, 5, 5))


def _axis(code: str, axis: Axis, matters: list[Matter]) -> Content:
    """An axis: where it is kept, and the objectives, each once."""
    mine = [stand for one in matters for stand in one.stands if stand.code == code]
    kept = [stand for stand in mine if stand.kept]
    codes = " ; ".join(axes.labelled(axis.p147, axes.scheme().nomenclature))
    known = {stand.proposal.status for stand in mine} - {UNDOCUMENTED}
    none = say("annex", "rejected" if PROPOSED in known else "nowhere") if known else axis.limit
    return (
        Heading(3, axis.label), Paragraph(say("roadmap", "walk", codes=codes), "small"),
        _where(axis.short, kept) if kept else Paragraph(none),
    )  # fmt: skip


def _where(axis: str, kept: list[Stand]) -> Table:
    groups: dict[Content, list[str]] = {}
    for stand in kept:
        for goal in stands.goals(stand):
            groups.setdefault(goal_line(*goal), []).append(stand.place.name)
    rows = tuple((goal, wording.listed(sorted(names))) for goal, names in groups.items())
    places = count(len({stand.place.code for stand in kept}), "quartier")
    caption = say("annex", "goals_count", axis=axis, places=places)
    head = say("annex", "goals_text"), say("annex", "goals_places")
    return Table(caption, head, rows, widths=(5, 4))


def _evaluation(matters: list[Matter]) -> tuple[Content, ...]:
    """Indicators of evaluation: what each neighbourhood is followed by, with its present value."""
    rows = tuple(
        (one.place.name, stand.axis.short, draft.follow)
        for one in matters
        for stand in one.stands
        if stand.kept
        for draft in stand.drafts
    )
    caption = say("annex", "follow")
    head = tuple(say("annex", f"follow_{key}") for key in ("place", "axis", "how"))
    table = Table(caption, head, rows, widths=(3, 3, 6)) if rows else ""
    return Heading(2, caption), Paragraph(say("annex", "evaluation")), table
