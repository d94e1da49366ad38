"""The axes on a diagnosis's first screen: proposed or decided, objectives, what nuances."""

import pandas as pd

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.diagnosis import findings
from qpvlib.document.exhibits import Exhibit, escape
from qpvlib.pages.cells import TAGS, exhibit, text
from qpvlib.roadmap import stands
from qpvlib.roadmap.stands import Stand
from qpvlib.tables import areas
from qpvlib.tables.areas import Neighbourhood

PAGE = "feuille-de-route.html"


def axes_block(
    place: Neighbourhood, found: pd.DataFrame, positions: pd.DataFrame, scheme: str | None = None
) -> Exhibit:
    """The kept axes side by side, then those that the figures leave aside and why.

    Parameters
    ----------
    found, positions : DataFrame
        As ``findings`` and ``compare`` give for this neighbourhood.
    scheme : str, optional
        Name of a scheme of axes; the territory's by default.
    """
    held = stands.stands(place, positions, scheme)
    kept = [stand for stand in held if stand.kept]
    main = [stand for stand in kept if stand.axis.kind == "main"]
    mixed = any(stand.decision for stand in held)
    columns = "".join(_column(stand, mixed) for stand in main)
    body = f'<ol class="three">{columns}</ol>' if main else f"<p>{text(_none(held, scheme))}</p>"
    body += "".join(_crossing(stand, mixed) for stand in kept if stand.axis.kind == "cross")
    foot = "".join(f'<p class="s">{line}</p>' for line in _foot(held, found))
    html = f'<section class="axes" aria-label="Axes">{_title(kept)}{body}{foot}</section>'
    return exhibit(place, "Axes", html, shown(held))


def shown(stands: list[Stand]) -> pd.DataFrame:
    """What the axes rest on, as a table: the checksum of the exhibit."""
    return pd.DataFrame(
        [
            (s.place.code, s.code, s.proposal.status, s.proposal.rank, s.state, *figure)
            for s in stands
            for figure in (s.figures.items() or [("", "")])
        ],
        columns=["area", "axis", "status", "rank", "state", "indicator", "figure"],
    )


def _title(kept: list[Stand]) -> str:
    phrases = catalogue().phrases["axes"]
    decided = [stand.decision is not None for stand in kept]
    if not any(decided):
        aside = f' <span class="s">{text(phrases["undecided"])}</span>'
        return f"<h2>{text(phrases['title'])}{aside}</h2>"
    return f"<h2>{text(phrases['title_decided' if all(decided) else 'title_mixed'])}</h2>"


def _none(stands: list[Stand], scheme: str | None) -> str:
    phrases = catalogue().phrases["axes"]
    if not stands:
        return phrases["unknown"].format(scheme=axes.scheme(scheme).short)
    return phrases["none"].format(reason=phrases["none_gap"])


def _column(stand: Stand, mixed: bool) -> str:
    phrases = catalogue().phrases
    rank = f"{stand.proposal.rank}. " if stand.proposal.rank else ""
    level = phrases["axes"]["level"]
    goals = "".join(f"<li>{goal}</li>" for goal in _goals(stand))
    same = f' <span class="s">{level}</span>' if stand.proposal.level else ""
    nuance = (
        f'<p><span class="l">{text(phrases["axes"]["nuance"])}{wording.SOLID}:</span> '
        f"{escape(stand.nuance)}</p>"
        if stand.nuance
        else ""
    )
    return (
        f"<li><h3>{rank}{text(stand.axis.short)}{same}</h3>"
        f"<p>{_tag(stand)} {_state(stand, mixed)}{escape(stand.told)}</p>"
        f"<ul>{goals}</ul>{nuance}</li>"
    )


def _tag(stand: Stand) -> str:
    return TAGS[stand.proposal.solidity or findings.UNDOCUMENTED]


def _crossing(stand: Stand, mixed: bool) -> str:
    """A cross-cutting axis on one line: it takes up what another axis measures."""
    lead = text(f"{catalogue().phrases['axes']['cross']} : {stand.axis.short}.")
    goals = " ".join(_goals(stand))
    return f"<p><strong>{lead}</strong> {_tag(stand)} {_state(stand, mixed)}{goals}</p>"


def _state(stand: Stand, mixed: bool) -> str:
    """The decision; beside decisions, what is only proposed says so."""
    if stand.decision is None:
        return f"<strong>{text(catalogue().phrases['axes']['proposal'])}</strong> " if mixed else ""
    return f"<strong>{escape(decision_line(stand))}</strong> "


def decision_line(stand: Stand) -> str:
    """« Décision du 15/09/2026 (déléguée du préfet) : retenu. »"""
    decision = stand.decision
    state = catalogue().phrases["decision"][decision.state].lower()
    day = f"{decision.date:%d/%m/%Y}"
    return wording.say("decision", "by", date=day, function=decision.function, state=state)


def _goals(stand: Stand) -> list[str]:
    if stand.decision:
        return [_verb(wording.spaced(goal)) for _, goal in stands.goals(stand)]
    return [_verb(draft.short) for draft in stand.drafts]


def _verb(goal: str) -> str:
    """An objective, its verb in bold: « Faire connaître », « Aller vers », « Établir »."""
    size = 2 if goal.lower().startswith(("faire ", "aller ", "mettre ", "se ")) else 1
    words = goal.rstrip(".").split(" ")
    verb, rest = " ".join(words[:size]), " ".join(words[size:])
    return f"<strong>{escape(verb)}</strong> {escape(rest)}."


def _foot(held: list[Stand], found: pd.DataFrame) -> list[str]:
    phrases = catalogue().phrases["axes"]
    lines = []
    for key, status in (("quiet", "no_gap"), ("silent", "undocumented")):
        apart = [s for s in held if not s.decision and s.proposal.status == status]
        named = [stand.axis.short for stand in apart]
        if named:
            one = "_one" if key == "silent" and len(named) == 1 else ""
            lines.append(text(phrases[key + one].format(axes=", ".join(named))))
    lines += [
        text(phrases["set_aside"].format(axis=s.axis.short, line=_lowered(decision_line(s))))
        for s in held
        if s.decision and not s.decision.kept
    ]
    subjects = stands.carried(findings.vigilance(found), held)
    if held and subjects:
        lines.append(text(phrases["carried"].format(subjects=", ".join(subjects).lower())))
    link = f'<a href="{PAGE}">{text(phrases["more"])}</a>.'
    return [" ".join([*lines, f"{text(phrases['order'])} {link}"])]


def _lowered(line: str) -> str:
    return line[:1].lower() + line[1:]


def by_contract() -> list[tuple[str, str, list[Neighbourhood]]]:
    """Contracts with their neighbourhoods, alphabetical: code, name, places."""
    places = list(areas.neighbourhoods().values())
    known = catalogue().contracts
    groups = [
        (code, contract.short, [p for p in places if p.contract_code == code])
        for code, contract in known.items()
    ]
    groups.append(("", "Autres quartiers", [p for p in places if p.contract_code not in known]))
    return [(c, n, sorted(g, key=lambda p: (p.name, p.code))) for c, n, g in groups if g]
