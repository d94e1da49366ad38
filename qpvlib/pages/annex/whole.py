"""The annex « enjeux et objectifs par quartier », in the order of comparable calls."""

from qpvlib.catalogue import axes, wording
from qpvlib.catalogue.faults import counted
from qpvlib.pages.annex.blocks import Block, Break, Grid, Heading, Picture, Still, Stills, Text
from qpvlib.pages.annex.matter import Matter
from qpvlib.pages.annex.sheet import say, sheet, status
from qpvlib.roadmap import stands
from qpvlib.roadmap.stands import Stand
from qpvlib.tables import areas


def annex(matters: list[Matter], stills: Stills, overview: Still, final: bool) -> list[Block]:
    """The annex « enjeux et objectifs par quartier »: note, map, sheets, axes, evaluation."""
    blocks: list[Block] = [*_front(matters, final), Heading(1, say("map"))]
    blocks += [Picture(*overview, 15.5), _numbers(matters), Break()]
    blocks += [Heading(1, say("sheets"))]
    for i, matter in enumerate(matters):
        blocks += [Break()] if i else []
        blocks += sheet(matter, stills, 2, final)
    return [*blocks, Break(), *_together(matters), *_evaluation(matters)]


def _front(matters: list[Matter], final: bool) -> list[Block]:
    chosen = axes.scheme()
    return [
        Heading(0, say("title")),
        Text(f"{say('subtitle')}. {areas.whole()[0]}.", "lead"),
        Text(status([s for m in matters for s in m.stands], final), "state"),
        Heading(1, say("note")),
        *[Text(say(key)) for key in ("purpose", "reading", "sure", "compare", "who", "unread")],
        Text(wording.say("roadmap", "scheme", label=chosen.label, origin=chosen.origin), "small"),
    ]


def _numbers(matters: list[Matter]) -> Grid:
    order = areas.numbers()
    rows = tuple(
        (str(order[m.place.code]), m.place.name, ", ".join(a.name for a in m.place.communes),
         m.place.contract.short if m.place.contract else "")
        for m in sorted(matters, key=lambda m: order[m.place.code])
    )  # fmt: skip
    head = ("N°", "Quartier", "Communes", "Contrat de ville")
    return Grid(say("map_note"), head, rows, (1, 4, 5, 5))


def _together(matters: list[Matter]) -> list[Block]:
    """Each axis: where it is kept, and the objectives, each once."""
    blocks: list[Block] = [Heading(1, say("goals"))]
    for code, axis in axes.scheme().axes.items():
        kept = [s for m in matters for s in m.stands if s.code == code and s.kept]
        blocks.append(Heading(2, axis.label))
        codes = " ; ".join(axes.labelled(axis.p147, axes.scheme().nomenclature))
        blocks.append(Text(wording.say("roadmap", "walk", codes=codes), "small"))
        if not kept:
            known = [m for m in matters for s in m.stands
                     if s.code == code and s.proposal.status != "undocumented"]  # fmt: skip
            none = wording.spaced(axis.limit) if not known else say("nowhere")
            blocks.append(Text(none))
            continue
        blocks.append(_where(axis.short, kept))
    return blocks


def _where(axis: str, kept: list[Stand]) -> Grid:
    groups: dict[tuple[str, str], list[str]] = {}
    for stand in kept:
        for kind, goal in stands.goals(stand):
            groups.setdefault((kind, goal.rstrip(".")), []).append(stand.place.name)
    rows = tuple(
        (wording.say("decision", kind, objective=f"{goal}."), wording.listed(sorted(names)))
        for (kind, goal), names in groups.items()
    )
    title = f"{axis} : {counted(len({s.place.code for s in kept}), 'quartier')}"
    return Grid(wording.spaced(title), ("Objectif", "Quartiers"), rows, (5, 4))


def _evaluation(matters: list[Matter]) -> list[Block]:
    """Indicators of evaluation: what each neighbourhood is followed by, with its present value."""
    rows = []
    for matter in matters:
        for stand in matter.stands:
            for draft in stand.drafts if stand.kept else ():
                rows.append((matter.place.name, stand.axis.short, draft.follow))
    head = ("Quartier", "Axe", "Suivi possible")
    title = say("follow")
    grid = [Grid(title, head, tuple(rows), (3, 3, 6))] if rows else []
    return [Heading(1, title), Text(say("evaluation")), *grid]
