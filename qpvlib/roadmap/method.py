"""``docs/method.md``: the rules of traits, needs and objectives, and what they give."""

from collections import Counter

from jinja2 import StrictUndefined, Template

from qpvlib.catalogue import axes, catalogue, wording
from qpvlib.project import current
from qpvlib.roadmap import stands
from qpvlib.tables import tidy
from qpvlib.tables.areas import neighbourhoods

RULES = (
    "points", "assets", "traits", "trait_rank", "trait_extreme", "trait_shared", "trait_published",
    "trait_persons", "trait_contract", "trait_commune", "questions", "axis_objectives",
    "axis_holds", "axis_noise_sd", "count_alone", "excess_persons", "population_change",
    "similar_shown", "similar_published",
)  # fmt: skip


def document() -> str:
    """The whole of ``docs/method.md``, in French, from the catalogue and the tables."""
    rule, plans = catalogue().rule, stands.all_plans()
    offered = [o for plan in plans.values() for o in plan.objectives]
    used = Counter(o.pattern for o in offered)
    parts = {
        "n": len(tidy.table("distributions")),
        "small": rule("small_count"),
        "patterns": len(axes.declared().patterns),
        "used": len(used),
        "most": max(used.values()),
        "proposals": sum(o.proposal for o in offered),
        "questions": sum(not o.proposal for o in offered),
        "rules": {name: catalogue().rules[name] for name in RULES},
        "places": neighbourhoods(),
        "plans": plans,
        "rank": rule("change_rank"),
        "gap_rank": rule("noise_rank"),
        "clearly": rule("clearly"),
        "kept": rule("gap_kept"),
        "few": rule("count_alone"),
        "trait_rank": rule("trait_rank"),
        "holds": f"{100 * rule('axis_holds'):.0f} %",
        **_alike(),
        **_calls(),
    }
    layout = (current().catalogue / "method.md").read_text("utf-8")
    return Template(layout, keep_trailing_newline=True, undefined=StrictUndefined).render(parts)


def _alike() -> dict[str, object]:
    """By how many figures neighbourhoods resemble each other, and from how near to how far."""
    near = tidy.table("similar").distance
    ends = (wording.number(end) for end in (near.min(), near.max()))
    return {"similar": len(catalogue().similar), "nearest": " à ".join(ends)}


def _calls() -> dict[str, list[dict]]:
    """What the rules call over all the metropolitan QPV, by landmark: gaps of a year, changes."""
    held: dict[str, list[dict]] = {"gaps": [], "changes": []}
    keys = ["indicator", "year_from", "year_to"]
    for (code, first, last), part in tidy.table("calls").groupby(keys, sort=False):
        shares = dict(zip(zip(part.verdict, part["rank"], strict=True), 100 * part.told / part.n,
                          strict=True))  # fmt: skip
        line = {
            "label": catalogue().indicator(code).label, "n": wording.number(part.n.iloc[0]),
            "years": " → ".join(dict.fromkeys(map(str, (first, last)))),
            "share": lambda *asked, known=shares: _percent(sum(map(known.get, asked))),
        }  # fmt: skip
        held["changes" if first < last else "gaps"].append(line)
    return held


def _percent(share: float) -> str:
    return f"{wording.number(share, 1)} %"
