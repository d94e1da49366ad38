"""« Accessibilité »: the statement, from the criteria that are declared and how each is known."""

from functools import partial
from itertools import groupby

import pandas as pd

from qpvlib.catalogue import accessibility as declared
from qpvlib.catalogue import catalogue, wording
from qpvlib.catalogue.accessibility import Criterion
from qpvlib.catalogue.faults import counted
from qpvlib.document import blocks as b
from qpvlib.document.exhibits import Exhibit
from qpvlib.pages import cells
from qpvlib.pages.cells import exhibit
from qpvlib.tables import areas

STATES = {"met": "met", "failed": "failed_state", "none": "none", "untested": "untested_state"}
HEADS = ("head_number", "head_label", "head_state", "head_how")
_say = partial(cells.say, "accessibility")


def statement_header() -> Exhibit:
    """Title, which says the state, and whose pages they are."""
    office = areas.whole()[0]
    lead = b.Paragraph(_say("lead", office=office), "lead")
    return exhibit(None, _say("title"), (b.Masthead(office, _say("title")), lead))


def statement() -> Exhibit:
    """State, what is not accessible, who says so and when, whom to write to, whom to appeal to."""
    held = declared.declared()
    contact = held.contact or b.strong(_say("contact_blank"))
    where = _say("contact", office=catalogue().territory["contact"], contact=contact)
    appeal = tuple(_say(f"appeal_{key}") for key in ("form", "delegate", "letter"))
    content = (
        b.Heading(2, _say("state_title")),
        b.Paragraph((_say("state", state=b.strong(_say("state_word"))), " ", _say("state_audit"))),
        b.Heading(2, _say("results_title")), *_results(),
        b.Heading(2, _say("failed_title")),
        *_listed("failed"), *_listed("untested"), b.Paragraph(_say("exempt")),
        b.Heading(2, _say("established_title")),
        b.Paragraph((_say("established", day=f"{held.established:%d/%m/%Y}"), " ", _say("tools"))),
        b.Heading(2, _say("contact_title")), b.Paragraph(where),
        b.Heading(2, _say("appeal_title")), b.Paragraph(_say("appeal")), b.Listing(appeal, "dash"),
    )  # fmt: skip
    return exhibit(None, _say("title"), b.Group(content, "prose"), _states())


def statement_criteria() -> Exhibit:
    """Each criterion: its state, and how it is known."""
    rows: list[b.Row | tuple] = []
    for theme, found in groupby(declared.declared().criteria.items(), lambda one: one[1].theme):
        rows += [b.Row((theme,), "group"), *(_row(number, one) for number, one in found)]
    table = b.Table(
        _say("caption"), tuple(map(_say, HEADS)), tuple(rows), "asked known", scroll=False
    )
    content = b.Heading(2, _say("table_title")), b.Paragraph(_say("table_lead")), table
    return exhibit(None, _say("table_title"), content, _states())


def _results() -> tuple[b.Paragraph, ...]:
    """How many criteria are met, of those that were checked; and what nobody has tried."""
    held = declared.declared()
    n, checked = len(held.criteria), held.of("met", "failed")
    counts = {state: len(held.of(state)) for state in STATES}
    rate = wording.value(100 * counts["met"] / len(checked), "%", 0)
    told = (
        _say("results", n=n), " ", _say("counts", n=n, aside=counts.pop("none"), **counts), " ",
        _say("rate", checked=len(checked), rate=rate),
    )  # fmt: skip
    return b.Paragraph(told), b.Paragraph(b.strong(_say("unsaid")))


def _listed(state: str) -> tuple[b.Block, ...]:
    """The criteria in a state, each with what is to be known of it."""
    held = declared.declared()
    items = tuple(
        _say(
            "item",
            number=number,
            label=held.criteria[number].label,
            note=held.criteria[number].note,
        )
        for number in held.of(state)
    )
    return (b.Paragraph(_say(state)), b.Listing(items, "dash")) if items else ()


def _row(number: str, one: Criterion) -> tuple[b.Content, ...]:
    heads = (_say(key) for key in HEADS[1:])
    state: b.Content = _say(STATES[one.state])
    cells_ = one.label, state if one.state == "met" else b.strong(state), _how(one)
    return number, *(b.Cell(c, label=head) for c, head in zip(cells_, heads, strict=True))


def _how(one: Criterion) -> b.Content:
    """How many checks hold it, then what somebody saw and when."""
    held = counted(len(one.checks), "contrôle")
    checks = _say("automatic", checks=held) if one.checks else ""
    seen = _say("seen", day=f"{one.seen:%d/%m/%Y}") if one.seen else ""
    return checks, seen, one.note


def _states() -> pd.DataFrame:
    criteria = declared.declared().criteria
    return pd.DataFrame(
        {"criterion": criteria.keys(), "state": [o.state for o in criteria.values()]}
    )
