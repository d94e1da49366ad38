"""Need against action, shown: the matrix, what is not covered, existing means, what is engaged."""

import pandas as pd

from qpvlib.actions import coverage as covered
from qpvlib.actions import means, needs, register, shares
from qpvlib.actions.contract import theme_label
from qpvlib.actions.coverage import ENGAGED, OUTSIDE, Coverage
from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.document.exhibits import Exhibit, escape, table
from qpvlib.pages.cells import exhibit, text
from qpvlib.pages.register import banner, by_contract, count, euros, names, opening, whole
from qpvlib.roadmap import stands
from qpvlib.tables import areas, indicators
from qpvlib.tables.areas import Neighbourhood

SUMMED = ["actions", "pending", "granted", "planned_participants"]
WORDS = {"retained": "●", "solid": "○", "confirm": "◌"}
SCHEMES = {"adultes-relais": "Adultes-relais", "fonjep": "Fonjep"}


def actions_of(actions: pd.DataFrame, year: int) -> pd.DataFrame:
    """The actions of an exercice."""
    return actions[actions.fiscal_year == year]


def coverage_of(actions: pd.DataFrame) -> Coverage:
    """Coverage of the needs given beside the register, or of the axes as they stand.

    An axis is a need when people retained it, or when the figures propose it and nobody decided.
    """
    given = needs.priorities()
    if given is not None:
        return covered.coverage(actions, given)
    held = stands.all_stands(indicators.observations())
    scheme = axes.scheme()
    return covered.coverage(
        actions,
        needs.of_stands(stand for part in held.values() for stand in part),
        needs.crosswalk_of(scheme.axes, scheme.nomenclature),
    )


def coverage_header(actions: pd.DataFrame, found: Coverage, year: int) -> Exhibit:
    """Title, and in three sentences what is engaged and what need is not covered."""
    words = catalogue().phrases["actions"]
    live = actions[actions.group.isin(ENGAGED)]
    many = len(areas.neighbourhoods())
    pending = int((live.group == "pending").sum())
    lead = wording.say(
        "actions", "coverage_lead", year=year, actions=_waited(len(live), pending),
        areas=count(many - len(found.bare_areas), "quartier"), all=many,
        granted=euros(int(live.granted.sum())), gaps=_gaps(found),
    )  # fmt: skip
    html = (
        opening(actions, words["coverage_title"], "Actions financées dans les quartiers")
        + f'<p class="lead wide-lead">{text(lead)}</p>'
    )
    return exhibit(None, "Besoins et actions", html, found.cells[["area", "axis", "actions"]])


def _waited(actions: int, pending: int) -> str:
    """« 5 actions, dont 1 sans décision »."""
    told = count(actions, "action")
    if not pending:
        return told
    return f"{told}, {wording.say('actions', 'waiting', number=wording.number(pending))}"


def _gaps(found: Coverage) -> str:
    if not _known(found):
        return catalogue().phrases["actions"]["gaps_unknown"]
    gaps = len(found.uncovered)
    if not gaps:
        return catalogue().phrases["actions"]["gaps_none"]
    told = count(gaps, "besoin retenu ou solide est", "besoins retenus ou solides sont")
    return wording.say("actions", "gaps", count=told)


def coverage_matrix(found: Coverage, year: int) -> Exhibit:
    """Neighbourhood × axis: need, actions, euros granted, places; what is empty says so."""
    axes = [*found.axes, OUTSIDE]
    cells = found.cells.set_index(["area", "axis"])
    told = _known(found)
    labels = found.axes | {OUTSIDE: catalogue().phrases["actions"]["outside"]}
    head = "".join(f'<th scope="col">{text(labels[axis])}</th>' for axis in axes)
    body = ""
    for name, places in by_contract():
        body += (
            f'<tr class="group"><th scope="rowgroup" colspan="{len(axes) + 2}">'
            f"{escape(name)}</th></tr>"
        )
        body += "".join(_row(place, axes, cells, told) for place in places)
    caption = wording.say("actions", "matrix_caption", year=year)
    html = (
        f'{_legend(found)}<div class="scroll" role="region" tabindex="0" '
        f'aria-label="{escape(caption)}"><table class="grid cover"><caption>{escape(caption)}'
        f'</caption><thead><tr><th scope="col">Quartier</th>{head}<th scope="col">Ensemble</th>'
        f"</tr></thead><tbody>{body}{_foot(found, axes)}</tbody></table></div>"
        f'<p class="s">{text(catalogue().phrases["actions"]["matrix_note"])}'
        f"{_undocumented(told)}</p>"
    )
    shown = found.cells[["area", "axis", "need", "actions", "granted", "planned_participants"]]
    return exhibit(None, caption, html, shown)


def _undocumented(told: bool) -> str:
    return f" {text(catalogue().phrases['actions']['undocumented_note'])}" if told else ""


def _legend(found: Coverage) -> str:
    words = catalogue().phrases["actions"]
    if not _known(found):
        return ""
    parts = [
        f'<li><b aria-hidden="true">{WORDS[need]}</b> {text(words[f"need_{need}"])}</li>'
        for need in WORDS
    ]
    gap = f'<li><span class="gap">{text(words["uncovered"])}</span></li>'
    return f'<ul class="key">{"".join(parts)}{gap}</ul>'


def _row(place: Neighbourhood, axes: list[str], cells: pd.DataFrame, told: bool) -> str:
    own = [cells.loc[(place.code, axis)] for axis in axes]
    tds = "".join(f"<td>{_cell(cell, told)}</td>" for cell in own)
    total = pd.DataFrame(own)[SUMMED].sum(min_count=1)
    sums = _sums(total)
    return (
        f'<tr><th scope="row">{escape(place.name)}</th>{tds}<td class="sum">'
        f"{sums or _nothing()}</td></tr>"
    )


def _nothing() -> str:
    return f'<span class="none">{text(catalogue().phrases["actions"]["nothing"])}</span>'


def _cell(cell: pd.Series, told: bool) -> str:
    """A cell of the matrix: the need where needs are known, then what answers it."""
    words = catalogue().phrases["actions"]
    need = _need(cell.need) if told else ""
    if cell.uncovered:
        return f'<span class="gap">{need}<b>{text(words["uncovered"])}</b></span>'
    return need + (_sums(cell) or '<span class="na">—</span>')


def _need(need: str) -> str:
    if not need:
        return ""
    words = text(catalogue().phrases["actions"][f"need_{need}"])
    mark = f'<b aria-hidden="true">{WORDS[need]}</b> ' if need in WORDS else ""
    return f'<span class="need">{mark}{words}</span>'


def _known(found: Coverage) -> bool:
    """Whether needs were given at all: without them, the axes are only themes."""
    return bool(found.cells.need.isin([*WORDS, "no_gap", "rejected"]).any())


def _sums(cell: pd.Series) -> str:
    """Actions, euros granted, places; nothing where there is no action."""
    if not cell.actions:
        return ""
    told = _waited(int(cell.actions), int(cell.pending)).replace(",", "</b>,", 1)
    told = told if "</b>" in told else f"{told}</b>"
    amount = [euros(cell.granted)] if pd.notna(cell.granted) else []
    people = cell.planned_participants
    amount += [count(int(people), "place")] if pd.notna(people) else []
    return f'<span class="sums"><b>{told}<br>{" · ".join(amount)}</span>'


def _foot(found: Coverage, axes: list[str]) -> str:
    """Totals of euros: each action's are shared, so that they sum to the register's."""
    sums = found.cells.groupby("axis").granted.sum(min_count=1)
    tds = "".join(f"<td>{euros(sums.get(axis))}</td>" for axis in axes)
    return (
        f'<tr class="total"><th scope="row">Euros accordés</th>{tds}'
        f'<td class="sum">{euros(int(sums.sum()))}</td></tr>'
    )


def coverage_gaps(found: Coverage) -> Exhibit:
    """What is not covered, in words: needs, axes, neighbourhoods, actions outside any axis."""
    none = '<p class="s">Aucun.</p>'
    lost = found.uncovered.groupby("axis", sort=False).area.agg(list)
    needs_ = "".join(
        f"<li><strong>{text(found.axes[axis])}</strong> : {escape(names(codes))}.</li>"
        for axis, codes in lost.items()
    )
    idle = "".join(f"<li>{text(found.axes[axis])}</li>" for axis in found.idle_axes)
    outside = "".join(
        f'<li>{text(row.title)} <span class="s">({text(row.bearer)}, {escape(row.action)})'
        "</span></li>"
        for row in found.outside.itertuples()
    )
    note = text(catalogue().phrases["actions"]["outside_note"])
    bare = f"<p>{escape(names(found.bare_areas))}.</p>" if found.bare_areas else none
    html = (
        '<div class="duo"><div><h3>Besoins sans aucune action</h3>'
        + (f'<ul class="dash">{needs_}</ul>' if needs_ else none)
        + "<h3>Axes attendus sans aucune action</h3>"
        + (f'<ul class="dash">{idle}</ul>' if idle else none)
        + f"</div><div><h3>Quartiers sans aucune action</h3>{bare}<h3>Actions hors de tout axe</h3>"
        + (f'<ul class="dash">{outside}</ul><p class="s">{note}</p>' if outside else none)
        + "</div></div>"
    )
    return exhibit(None, "Ce qui n'est pas couvert", html, found.uncovered[["area", "axis"]])


# --- existing means --------------------------------------------------------------------------


def coverage_means(year: int) -> Exhibit:
    """Posts of adultes-relais and Fonjep by contract; a wrong amount is said, not shown."""
    known = means.means()
    near = min(sorted(known.year.unique()), key=lambda y: abs(y - year))
    rows = known[known.year == near]
    contracts = catalogue().contracts
    codes = [*(c for c in contracts if c in set(rows.contract)), *({""} & set(rows.contract))]
    unknown = catalogue().phrases["actions"]["means_unknown_contract"]
    lines = [
        [text(contracts[c].short if c in contracts else unknown),
         *(_post(rows, scheme, c) for scheme in SCHEMES)]
        for c in codes
    ]  # fmt: skip
    caption = f"Postes de l'année {near}, par contrat de ville"
    head = ["Contrat de ville", *SCHEMES.values()]
    words = catalogue().phrases["actions"]
    note = wording.say("actions", "means_note", source=means.CITE)
    html = (
        f"<h2>{text(words['means_title'])}</h2>"
        f"{table(text(caption), head, lines, numeric=9, kind='short')}"
        f'<p class="s">{text(note)}{_anomaly(rows, int(near))}</p>'
    )
    return exhibit(None, words["means_title"], html, rows[["scheme", "contract", "posts"]])


def _post(rows: pd.DataFrame, scheme: str, contract: str) -> str:
    own = rows[(rows.scheme == scheme) & (rows.contract == contract)]
    if own.empty:
        return '<span class="na">aucun au fichier</span>'
    row = own.iloc[0]
    amount = f'<br><span class="s">{euros(row.cents)}</span>' if row.usable else ""
    return f"{count(int(row.posts), 'poste')}{amount}"


def _anomaly(rows: pd.DataFrame, year: int) -> str:
    wrong = rows[~rows.usable]
    if wrong.empty:
        return ""
    unit = euros(int(wrong.cents.iloc[0] // wrong.posts.iloc[0]))
    return " " + text(wording.say("actions", "means_anomaly", year=year, unit=unit))


# --- in a diagnosis --------------------------------------------------------------------------


def engaged_here(place: Neighbourhood) -> Exhibit | None:
    """« Ce qui est engagé ici », the last exercice of the register; None without a register."""
    actions = register.actions()
    if actions is None:
        return None
    year = int(actions.fiscal_year.max())
    rows = shares.parts(actions_of(actions, year))
    own = rows[(rows.area == place.code) & rows.group.isin(ENGAGED)]
    words = catalogue().phrases["actions"]
    html = f"{banner(actions)}<h2>{text(words['here_title'])}</h2>{_here(own, year)}"
    when = register.imported()
    note = wording.say("actions", "here_note", when=f"{when:%d/%m/%Y}")
    html += f'<p class="s">{text(note)}</p>'
    return exhibit(place, words["here_title"], html, own[["action", "granted"]])


def _here(own: pd.DataFrame, year: int) -> str:
    if own.empty:
        return f"<p>{text(wording.say('actions', 'here_none', year=year))}</p>"
    pending = int((own.group == "pending").sum())
    told = wording.say(
        "actions", "here", actions=_waited(len(own), pending), year=year,
        granted=euros(int(own.granted.sum())),
        places=count(int(own.planned_participants.sum()), "place"),
    )  # fmt: skip
    lines = [
        [f'{text(row.title)} <span class="s">{text(row.bearer)}</span>',
         text(theme_label(row.theme, row.fiscal_year)), text(row.state), euros(row.granted),
         whole(row.planned_participants)]
        for row in own.sort_values("title").itertuples()
    ]  # fmt: skip
    head = ["Action", "Thème", "État", "Accordé (part)", "Places (part)"]
    caption = f"Actions engagées ici en {year}"
    return f"<p>{text(told)}</p>{table(text(caption), head, lines, numeric=3)}"


def coverage_brief(year: int | None = None) -> Exhibit | None:
    """The matrix of the last exercice, for the synthesis; None without a register."""
    actions = register.actions()
    if actions is None:
        return None
    year = year or int(actions.fiscal_year.max())
    chosen = actions_of(actions, year)
    shown = coverage_matrix(coverage_of(chosen), year)
    title = f"<h2>{text(catalogue().phrases['actions']['coverage_title'])}</h2>"
    return exhibit(None, shown.title, banner(actions) + title + shown.html, shown.data)
