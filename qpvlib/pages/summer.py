"""The summer board, shown: grid, criteria, what to chase, calendar, neighbourhoods, money."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from qpvlib.actions import chase as chasing
from qpvlib.actions import register, summer
from qpvlib.actions.contract import theme_label, theme_short
from qpvlib.actions.summer import Week
from qpvlib.catalogue import catalogue, wording
from qpvlib.document.exhibits import Exhibit, escape, table
from qpvlib.pages.cells import exhibit, text
from qpvlib.pages.register import bar, by_contract, count, euros, names, opening, runs, whole
from qpvlib.tables import areas, indicators
from qpvlib.tables.areas import Neighbourhood

MONTHS = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.",
          "nov.", "déc.")  # fmt: skip
PLURAL = 2
MOST = 5  # actions listed under one reason to chase; the others are counted


def _say(key: str, **parts: object) -> str:
    return text(wording.say("summer", key, **parts))


def day(when: date) -> str:
    """« 1er juil. 2021 ».

    >>> day(date(2021, 7, 1))
    '1er juil. 2021'
    """
    return f"{when.day}{'er' if when.day == 1 else ''} {MONTHS[when.month - 1]} {when.year}"


def _days(week: Week) -> str:
    first, last = week.start, week.end
    if first == last:
        return f"{first.day} {MONTHS[first.month - 1]}"
    head = f"{first.day}" + ("" if first.month == last.month else f" {MONTHS[first.month - 1]}")
    return f"{head}-{last.day} {MONTHS[last.month - 1]}"


# --- opening ---------------------------------------------------------------------------------


def summer_header(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """Title, one sentence that says where the summer is, five numbers."""
    words = catalogue().phrases["summer"]
    state = words[f"phase_{summer.phase(year, at)}"]
    html = (
        opening(found, words["title"].format(year=year), f"Tableau de bord · {state}")
        + f'<p class="lead wide-lead">{_lead(found, year, at)}</p>{_numbers(found, year)}'
        + f'<p class="s age">{_state()}</p>'
    )
    return exhibit(None, "Quartiers d'été", html, found[["action", "group"]])


def _lead(found: pd.DataFrame, year: int, at: date) -> str:
    live = summer.engaged(found)
    reached = {code for held in live.neighbourhoods for code, _ in held}
    empty, cells = len(summer.empty_weeks(found, year)), _cells(year)
    seen = summer.outcome(found, at)
    told = count(empty, "semaine de quartier", "semaines de quartier")
    lost = len(summer.unplaced(found))
    parts = {
        "at": day(at),
        "actions": count(len(live), "action"),
        "areas": count(len(reached), "quartier"),
        "all": len(areas.neighbourhoods()),
        "granted": count(int((live.group == "granted").sum()), "accordée"),
        "empty": wording.say("summer", "empty", count=told, all=cells)
        if empty
        else wording.say("summer", "empty_none"),
        "lost": wording.say("summer", "lost", actions=count(lost, "action n'a", "actions n'ont"))
        if lost
        else "",
        "told": wording.say(
            "summer", "told", told=wording.number(seen["told"]),
            over=count(seen["over"], "action finie", "actions finies"),
        ),
    }  # fmt: skip
    return _say(f"lead_{summer.phase(year, at)}", **parts)


def _state() -> str:
    when = register.imported()
    return _say("state", when=day(when)) if when else ""


def _cells(year: int) -> int:
    return len(areas.neighbourhoods()) * len(summer.summer_weeks(year))


def _numbers(found: pd.DataFrame, year: int) -> str:
    live, sums = summer.engaged(found), summer.money(found)
    empty = len(summer.empty_weeks(found, year))
    reached = {code for held in live.neighbourhoods for code, _ in held}
    many = len(areas.neighbourhoods())
    places = int(live.planned_participants.sum())
    granted = int((live.group == "granted").sum())
    told = "action" if len(live) < PLURAL else "actions"
    shown = (
        (wording.number(len(live)), f"{told}, dont {count(granted, 'accordée')}"),
        (f"{len(reached)} / {many}", "quartiers qui en ont une au moins"),
        (f"{empty} / {_cells(year)}", "semaines de quartier où rien n'est prévu"),
        (wording.number(places), "places prévues (participants attendus)"),
        (_given(sums["granted"]), f"accordés ; demandés : {_given(sums['requested'])}"),
    )  # fmt: skip
    items = "".join(f"<div><dt>{text(dt)}</dt><dd><b>{text(dd)}</b></dd></div>" for dd, dt in shown)
    return f'<dl class="id">{items}</dl>'


# --- the grid --------------------------------------------------------------------------------


def summer_grid(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """Neighbourhood × week, with themes; an empty cell says « rien » in a hatched box."""
    held = summer.presence(found)
    held = held.assign(short=[_short(r, year) for r in held.itertuples()])
    by_cell = dict(list(held.groupby(["area", "week"])))
    weeks = summer.summer_weeks(year)
    head = "".join(_week_head(week, at) for week in weeks)
    body = ""
    for name, places in by_contract():
        body += (
            f'<tr class="group"><th scope="rowgroup" colspan="{len(weeks) + 1}">'
            f"{escape(name)}</th></tr>"
        )
        body += "".join(_grid_row(place, weeks, by_cell, at) for place in places)
    caption = catalogue().phrases["summer"]["grid_caption"]
    html = (
        f'{_grid_key()}<div class="scroll" role="region" tabindex="0" aria-label="{text(caption)}">'
        f'<table class="grid weeks"><caption>{text(caption)}</caption><thead><tr>'
        f'<th scope="col">Quartier</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f'<p class="s">{_say("grid_note")}</p>{_unplaced(found)}'
    )
    return exhibit(None, caption, html, held[["area", "week", "action", "theme"]])


def _short(row: object, year: int) -> str:
    return theme_short(row.theme, year) or catalogue().phrases["actions"]["unplaced_theme"]


def _week_head(week: Week, at: date) -> str:
    now = week.start <= at <= week.end
    told = '<span class="now">en cours</span>' if now else ""
    return (
        f'<th scope="col"{_past(week, at)}>S{week.number}<span class="s">{_days(week)}</span>{told}'
        "</th>"
    )


def _past(week: Week, at: date) -> str:
    return ' class="past"' if week.end < at else ""


def _grid_row(place: Neighbourhood, weeks: list[Week], by_cell: dict, at: date) -> str:
    tds = "".join(
        f"<td{_past(week, at)}>{_grid_cell(by_cell.get((place.code, week.number)))}</td>"
        for week in weeks
    )
    return f'<tr><th scope="row">{escape(place.name)}</th>{tds}</tr>'


def _grid_cell(rows: pd.DataFrame | None) -> str:
    if rows is None:
        return f'<span class="none">{_say("empty_cell")}</span>'
    parts = []
    for (short, group), same in rows.groupby(["short", "group"], sort=False):
        times = f" ×{len(same)}" if len(same) > 1 else ""
        sure = group == "granted"
        doubt = "" if sure else '<span class="vh"> (sans décision)</span>'
        kind = "tag" if sure else "tag c"
        parts.append((not sure, f'<span class="{kind}">{text(short)}{times}{doubt}</span>'))
    return " ".join(html for _, html in sorted(parts))


def _grid_key() -> str:
    return (
        f'<ul class="key"><li><span class="tag">Thème</span> {_say("granted")}</li>'
        f'<li><span class="tag c">Thème</span> {_say("pending")}</li>'
        f'<li><span class="none">{_say("empty_cell")}</span> '
        "aucune action cette semaine-là</li></ul>"
    )


def _unplaced(found: pd.DataFrame) -> str:
    lost = summer.unplaced(found)
    if lost.empty:
        return ""
    listing = " ; ".join(sorted(lost.title.unique()))
    told = _say("unplaced", actions=count(len(lost), "action"), names=listing)
    return f'<p class="s">{told}</p>'


# --- criteria --------------------------------------------------------------------------------


def summer_criteria(found: pd.DataFrame, year: int) -> Exhibit:
    """Each criterion of the call: actions that answer it, neighbourhoods reached, and not."""
    rows, many = summer.criteria(found, year), len(areas.neighbourhoods())
    lines = [
        [_say(row.criterion), f"<b>{row.actions}</b>",
         f"<b>{row.areas}</b> sur {many}{bar(row.areas / many)}", str(row.silent),
         escape(names(row.missing)) or _say("everywhere")]
        for row in rows.itertuples()
    ]  # fmt: skip
    caption = catalogue().phrases["summer"]["criteria_caption"]
    head = ["Critère", "Actions", "Quartiers touchés", "Ne le disent pas", "Quartiers sans"]
    html = (
        table(text(caption), head, lines, numeric=9, kind="criteria")
        + f'<p class="s">{_say("criteria_note")}</p>'
    )
    return exhibit(None, caption, html, rows.drop(columns="missing"))


# --- what to do this week --------------------------------------------------------------------


def summer_week(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """What to chase, the dates of the call, the empty weeks to come."""
    asked = chasing.chase(found, year, at)
    html = (
        f'<div class="duo"><div><h3>{_say("chase_title")}</h3>{_asked(asked)}</div>'
        f"<div><h3>{_say('calendar_title')}</h3>{_calendar(year, at)}"
        f"<h3>{_say('ahead_title')}</h3>{_ahead(found, year, at)}</div></div>"
    )
    return exhibit(None, "À relancer", html, asked[["reason", "action"]])


def _asked(asked: pd.DataFrame) -> str:
    if asked.empty:
        return f"<p>{_say('chase_none')}</p>"
    parts = []
    for reason, rows in asked.groupby("reason", sort=False):
        items = "".join(_ask(row) for row in rows.head(MOST).itertuples())
        rest = len(rows) - MOST
        more = f'<li class="s">et {count(rest, "autre")}</li>' if rest > 0 else ""
        parts.append(
            f'<p class="why"><strong>{_say(str(reason))}</strong> '
            f'<span class="s">({len(rows)})</span></p><ul class="dash">{items}{more}</ul>'
        )
    return "".join(parts)


def _ask(row: object) -> str:
    when = ""
    if row.when is not None and not pd.isna(row.when):
        when = ", " + _say("ends" if row.reason == "uncounted" else "starts", date=day(row.when))
    return (
        f"<li>{text(row.title)} · {text(row.bearer)} "
        f'<span class="s line">{escape(row.action)}, {escape(names(row.areas))}{when}</span></li>'
    )


def _calendar(year: int, at: date) -> str:
    items = "".join(_deadline(deadline, at) for deadline in chasing.calendar(year))
    return f'<ol class="dates">{items}</ol>'


def _deadline(deadline: chasing.Deadline, at: date) -> str:
    days = (deadline.when - at).days
    told = count(abs(days), "jour")
    state = "today" if days == 0 else "passed" if days < 0 else "coming"
    doubt = f' <span class="tag c">{_say("indicative")}</span>' if deadline.indicative else ""
    reason = f" {text(deadline.reason)}" if deadline.indicative else ""
    return (
        f'<li class="{state}"><b>{text(day(deadline.when))}</b> <span>{text(deadline.label)}'
        f'{doubt}<span class="s line">{_say(state, count=told)}.{reason}</span></span></li>'
    )


def _ahead(found: pd.DataFrame, year: int, at: date) -> str:
    empty = chasing.empty_ahead(found, year, at)
    left = [week.number for week in summer.summer_weeks(year) if week.end >= at]
    if empty.empty or not left:
        return f"<p>{_say('ahead_none')}</p>"
    groups: dict[tuple[int, ...], list[str]] = {}
    for code, rows in empty.groupby("area", sort=False):
        groups.setdefault(tuple(rows.week), []).append(str(code))
    ordered = sorted(groups.items(), key=lambda item: (-len(item[0]), item[1]))
    items = "".join(
        f"<li><strong>{escape(names(codes))}</strong> : {text(_spans(weeks, left))}</li>"
        for weeks, codes in ordered
    )
    return f'<ul class="dash">{items}</ul>'


def _spans(weeks: Sequence[int], left: list[int]) -> str:
    """« semaines 26 et 30 à 33 », or all those left.

    >>> _spans((26, 30, 31, 32), [26, 27, 28, 29, 30, 31, 32])
    'semaines 26 et 30 à 32'
    """
    if len(weeks) == len(left) and len(left) > 1:
        return wording.say("summer", "ahead_all", count=len(left))
    return f"semaine{'s' if len(weeks) > 1 else ''} {runs(weeks)}"


# --- neighbourhood by neighbourhood ------------------------------------------------------------

CHILDREN = "enfants_6_17"


def _children() -> pd.DataFrame:
    """Last count of each neighbourhood, with its year and source."""
    rows = indicators.observations()
    own = rows[(rows.indicator == CHILDREN) & rows.area.isin(areas.neighbourhoods())]
    return own.sort_values("year").groupby("area").tail(1).set_index("area")


def summer_table(found: pd.DataFrame, year: int, at: date) -> Exhibit:
    """The public to reach, planned and actual, requested, granted, paid, to the cent."""
    rows, children = summer.by_area(found).set_index("area"), _children()
    weeks = len(summer.summer_weeks(year))
    lines = [
        [escape(place.name), *_line(rows.loc[place.code], children, place.code, weeks)]
        for _, places in by_contract()
        for place in places
    ]
    sums = rows[["requested", "granted", "paid"]].sum(min_count=1)
    total = ["<b>Ensemble</b>", "", "", "", whole(rows.planned_participants.sum(min_count=1)),
             whole(rows.actual_participants.sum(min_count=1)),
             *(f"<b>{euros(sums[c])}</b>" for c in sums.index)]  # fmt: skip
    head = ["Quartier", "Enfants de 6 à 17 ans (Caf)", "Actions", "Semaines pourvues",
            "Places prévues", "Participants réels", "Demandé", "Accordé", "Versé"]  # fmt: skip
    caption = catalogue().phrases["summer"]["table_caption"]
    first = children.iloc[0]
    note = _say(
        "table_note", cite=indicators.cite(first["source"]), year=wording.year_of(first)
    )  # fmt: skip
    html = (
        f"<p>{_outcome(found, at)}</p>{_money(found)}"
        f'{table(text(caption), head, [*lines, total], kind="places")}<p class="s">{note}</p>'
    )
    return exhibit(None, caption, html, rows.reset_index())


def _line(row: pd.Series, children: pd.DataFrame, code: str, weeks: int) -> list[str]:
    kids = children.value.get(code)
    shown = '<span class="na">non publié</span>' if pd.isna(kids) else wording.number(kids)
    actions = str(row.actions) if row.actions else f'<span class="none">{_say("empty_cell")}</span>'
    return [
        shown, actions, f"{row.weeks} sur {weeks}{bar(row.weeks / weeks)}",
        whole(row.planned_participants), whole(row.actual_participants),
        euros(row.requested), euros(row.granted), euros(row.paid),
    ]  # fmt: skip


def _outcome(found: pd.DataFrame, at: date) -> str:
    seen = summer.outcome(found, at)
    if not seen["over"]:
        return _say("outcome_none")
    parts = [
        _say(
            "outcome", over=count(seen["over"], "action finie", "actions finies"), at=day(at),
            told=seen["told"], both=count(seen["both"], "action"),
            actual=count(seen["actual"], "personne venue", "personnes venues"),
            planned=count(seen["planned"], "prévue"),
        )
    ]  # fmt: skip
    if seen["under_26_of"]:
        under = wording.number(seen["under_26"])
        parts.append(
            _say("outcome_young", under=under, of=count(seen["under_26_of"], "participant"))
        )
    if seen["visits"]:
        parts.append(_say("outcome_visits", visits=wording.number(seen["visits"])))
    return " ".join(parts)


STAGES = {
    "requested": "Demandé",
    "granted": "Accordé",
    "paid": "Versé",
    "others": "Autres financeurs",
}


def _money(found: pd.DataFrame) -> str:
    sums = summer.money(found)
    most = max((amount or 0) for amount in sums.values()) or 1
    items = "".join(
        f"<div><dt>{label}</dt><dd>{bar((sums[key] or 0) / most)}<b>{_given(sums[key])}</b></dd>"
        "</div>"
        for key, label in STAGES.items()
    )
    return f'<h3>{_say("money_title")}</h3><dl class="stages">{items}</dl>'


def _given(amount: int | None) -> str:
    return "non renseigné" if amount is None else euros(amount)


# --- details ---------------------------------------------------------------------------------


def summer_related(found: pd.DataFrame) -> Exhibit:
    """Actions engaged by related scheme, and files by state."""
    live = summer.engaged(found)
    schemes = pd.Series([s for own in live.schemes for s in own], dtype=str).value_counts()
    states = found.state.value_counts()
    lines = [[text(name), str(n)] for name, n in schemes.items()]
    files = [[text(name), str(n)] for name, n in states.items()]
    words = catalogue().phrases["summer"]
    html = (
        '<div class="duo"><div>'
        + table(text(words["related_caption"]), ["Dispositif", "Actions"], lines, kind="short")
        + "</div><div>"
        + table(text(words["states_caption"]), ["État", "Actions"], files, kind="short")
        + "</div></div>"
    )
    data = schemes.rename_axis("scheme").reset_index(name="actions")
    return exhibit(None, words["related_caption"], html, data)


def summer_list(found: pd.DataFrame, year: int) -> Exhibit:
    """Every action of the summer, as the register has it."""
    lines = [
        [f'{escape(row.action)} <span class="s">{text(row.bearer)}</span>', text(row.title),
         escape(names(code for code, _ in row.neighbourhoods)),
         text(theme_label(row.theme, row.fiscal_year)), _weeks_cell(row), text(row.state),
         euros(row.requested), euros(row.granted), euros(row.paid)]
        for row in found.sort_values("action").itertuples()
    ]  # fmt: skip
    head = ["Référence, porteur", "Action", "Quartiers", "Thème", "Semaines", "État", "Demandé",
            "Accordé", "Versé"]  # fmt: skip
    caption = catalogue().phrases["summer"]["list_caption"]
    html = (
        f"<details><summary>{text(caption)} ({len(found)})</summary>"
        f"{table(text(caption), head, lines, numeric=6)}</details>"
    )
    return exhibit(None, caption, html, found[["action", "requested", "granted", "paid"]])


def _weeks_cell(row: object) -> str:
    if not row.summer_weeks:
        return '<span class="na">non précisées</span>'
    return escape(_spans(row.summer_weeks, []).removeprefix("semaines ").removeprefix("semaine "))
