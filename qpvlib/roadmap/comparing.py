"""Two publications, table by table: each thing that differs, of which area, in words.

A figure that moves because its definition does is told with the definition; a neighbourhood that
comes or goes is told once, and not figure by figure; what is no longer published is not repeated.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial

from qpvlib.catalogue import wording
from qpvlib.roadmap.published import MEDIAN, Row, Said

ALL = ""  # in place of an area: it concerns everyone
Told = tuple[str, str, str, str]  # kind, what, area, what of that area
Pair = tuple[Row | None, Row | None]  # a row before and after; None where there is none
_say = partial(wording.say, "edition")


class Both:
    """Two publications, row by row."""

    def __init__(self, old: Said, new: Said):
        self.old, self.new = old, new
        one, other = ({code for (code,) in said.tables["perimeters"]} for said in (old, new))
        self.apart = one ^ other  # their perimeter tells it all
        self.schemes = [
            {row["scheme"] for row in said.tables["axes"].values()} for said in (old, new)
        ]
        self.defined = {code for (code,), pair in self.rows("definitions") if _redefined(*pair)}

    def rows(self, name: str) -> Iterator[tuple[tuple[str, ...], Pair]]:
        """Rows that differ, of the areas that both have: what names each, before and after."""
        old, new = self.old.tables[name], self.new.tables[name]
        for key in dict.fromkeys([*old, *new]):
            before, after = old.get(key), new.get(key)
            if before != after and (name == "perimeters" or key[0] not in self.apart):
                yield key, (before, after)

    @property
    def rescheming(self) -> bool:
        """Whether axes are of another scheme: none of one is then an axis of the other."""
        return all(self.schemes) and self.schemes[0] != self.schemes[1]


def _changed(before: Row, after: Row, *columns: str) -> bool:
    return any(before[column] != after[column] for column in columns)


def _redefined(before: Row | None, after: Row | None) -> bool:
    """Whether an indicator measures something else, or is new, or gone; a new name is not that."""
    return not (before and after) or _changed(before, after, "definition", "unit", "measure")


def _now(before: str, after: str) -> str:
    return _say("now", before=before, after=after)


def _decisions(both: Both) -> Iterator[Told]:
    for (area, _), (before, after) in () if both.rescheming else both.rows("decisions"):
        label = (after or before)["label"]
        state = {
            moment: wording.lowered(wording.say("decision", row["state"]))
            for moment, row in (("before", before), ("after", after))
            if row
        }
        if before is None:
            yield "decision", _say("decided", label=label, **state), area, ""
        elif after is None:
            yield "decision", _say("undecided", label=label, **state), area, ""
        elif _changed(before, after, "state"):
            yield "decision", _say("redecided", label=label, **state), area, ""
        elif _changed(before, after, "objectives", "reason"):
            yield "decision", _say("reworded_decision", label=label, **state), area, ""


def _axes(both: Both) -> Iterator[Told]:
    if both.rescheming:
        yield "axis", _say("scheme"), ALL, ""
        return
    for (area, _), (before, after) in both.rows("axes"):
        label = (after or before)["label"]
        if before is None or after is None:
            yield "axis", _say("axis_gone" if before else "axis_new", label=label), area, ""
            continue
        if _changed(before, after, "label"):
            yield "axis", _say("axis_named", before=before["label"], after=label), area, ""
        proposed = [row["status"] == "proposed" for row in (before, after)]
        if proposed[0] != proposed[1]:
            yield "axis", _say("axis_on" if proposed[1] else "axis_off", label=label), area, ""


def _objectives(both: Both) -> Iterator[Told]:
    for (area, _), (before, after) in both.rows("objectives"):
        shown = after or before
        noun = "question" if shown["kind"] == "ask" else "objective"
        if before is None or after is None:
            key = f"{noun}_gone" if before else f"{noun}_new"
            yield "objective", _say(key, short=shown["short"]), area, ""
        elif _wordless(before) != _wordless(after):
            yield "objective", _say(f"{noun}_text", short=shown["short"]), area, ""


def _wordless(row: Row) -> tuple[str, str]:
    """An objective without its figures: those that move are told as figures."""
    return row["kind"], re.sub(r"\d[\d\s,]*", "0", row["text"])


# --- figures -------------------------------------------------------------------------------------


def _figures(both: Both) -> Iterator[Told]:
    """Figures that moved, but those that moved with their definition."""
    old = both.old.tables["figures"]
    years = {(code, year): row for (_, code, year), row in old.items()}
    last: dict[str, str] = {}
    for code, year in years:
        last[code] = max(year, last.get(code, ""))
    for (area, code, year), (before, after) in both.rows("figures"):
        kind = _kind(before, after, (code, year) in years)
        if not kind or (code in both.defined and (kind != "year" or code not in last)):
            continue
        what = {"label": _label(both, code), "when": _when(after or before)}
        if kind != "year":
            yield kind, _say("figure", **what), area, _own(both, kind, before, after)
        else:
            key = "year" if year > last[code] else "year_past"
            told = _say(key, **what, before=_when(years[code, last[code]]))
            yield kind, told, area, "" if after["value"] else _say("blank")


def _kind(before: Row | None, after: Row | None, year_known: bool) -> str:
    """What became of a figure; empty where nothing did that a reader could see."""
    if before is None and not year_known:
        return "year"
    had, has = (bool(row and row["value"]) for row in (before, after))
    if had and has:
        return "revised" if _changed(before, after, "value", "count") else ""
    return "hidden" if had else "shown" if has else ""


def _own(both: Both, kind: str, before: Row | None, after: Row | None) -> str:
    """Of one area; what is no longer published is not said again."""
    if kind == "hidden":
        return ""
    now = _amount(both.new, after)
    return _now(_amount(both.old, before), now) if kind == "revised" else now


def _label(both: Both, code: str) -> str:
    row = next(s.tables["definitions"][code,] for s in (both.new, both.old)
               if (code,) in s.tables["definitions"])  # fmt: skip
    return row["label"]


def _when(row: Row) -> str:
    return row["dated"] or row["year"]


def _amount(said: Said, row: Row) -> str:
    """A figure as pages say it: a count where people are few; an estimate says that it is one."""
    if row["count"]:
        part, whole = (wording.number(float(one)) for one in row["count"].split("/"))
        return wording.say("figure", "out_of", part=part, whole=whole)
    unit = said.tables["definitions"][row["indicator"],]["unit"]
    shown = wording.value(float(row["value"]), unit, len(row["value"].partition(".")[2]))
    if row["area"] == MEDIAN and row["status"] == "censored":
        return wording.say("figure", "at_most", value=shown)
    return _say("estimated", value=shown) if row["status"] == "estimated" else shown


# --- what figures rest on ------------------------------------------------------------------------


def _perimeters(both: Both) -> Iterator[Told]:
    for (code,), (before, after) in both.rows("perimeters"):
        if before is None or after is None:
            key, row = ("place_gone", before) if before else ("place_new", after)
            yield "perimeter", _say(key, name=row["name"], code=code), ALL, ""
        elif _changed(before, after, "outline", "hectares"):
            sizes = [row["hectares"] for row in (before, after)]
            told = _now(*(f"{wording.number(float(one), 1)} ha" for one in sizes))
            moved = all(sizes) and sizes[0] != sizes[1]
            yield "perimeter", _say("outline"), code, told if moved else ""
        elif _changed(before, after, "successor", "status"):
            yield "perimeter", _say("successor", after=after["successor"]), code, ""
        else:
            yield "perimeter", _now(before["name"], after["name"]), code, ""


def _definitions(both: Both) -> Iterator[Told]:
    for (code,), (before, after) in both.rows("definitions"):
        if before is None or after is None:
            key = "indicator_gone" if before else "indicator_new"
            yield "definition", _say(key, label=(after or before)["label"]), ALL, ""
            continue
        if _redefined(before, after):
            yield (
                "definition",
                _say("defined", label=after["label"], moved=_moved(both, code)),
                ALL,
                "",
            )
        elif _changed(before, after, "favourable"):
            yield "definition", _say("favourable", label=after["label"]), ALL, ""
        else:
            named = {"before": before["label"], "after": after["label"]}
            yield "definition", _say("named", **named), ALL, ""


def _moved(both: Both, indicator: str) -> str:
    """How many figures an indicator's definition changed with it; empty for none."""
    n = sum(
        code == indicator and _kind(*pair, True) != ""
        for (_, code, _), pair in both.rows("figures")
    )
    return _say("moved_many" if n > 1 else "moved", n=wording.number(n)) if n else ""


def _thresholds(both: Both) -> Iterator[Told]:
    for _, (before, after) in both.rows("thresholds"):
        if before is None or after is None:
            key, row = ("rule_gone", before) if before else ("rule_new", after)
            yield "threshold", _say(key, value=_measure(row), reason=row["reason"]), ALL, ""
        elif _changed(before, after, "value", "unit"):
            told = _now(_measure(before), _measure(after))
            yield "threshold", _say("rule", told=told, reason=after["reason"]), ALL, ""


def _measure(row: Row) -> str:
    values: Iterable[str] = row["value"].split()
    shown = wording.listed([wording.number(float(v), len(v.partition(".")[2])) for v in values])
    return f"{shown} {row['unit']}".strip()


PARTS = (_decisions, _axes, _objectives, _figures, _perimeters, _definitions, _thresholds)


def told(old: Said, new: Said) -> Iterator[Told]:
    """Each thing that differs from one publication to the other, of each area."""
    both = Both(old, new)
    for part in PARTS:
        yield from part(both)
