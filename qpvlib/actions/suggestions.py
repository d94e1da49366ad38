"""Which column of a file may be a missing field: by its title, and by what its cells say."""

from difflib import SequenceMatcher

from qpvlib.actions import cells
from qpvlib.actions.contract import Field, Words, fields
from qpvlib.actions.headers import Header
from qpvlib.actions.values import Wrong, plain
from qpvlib.catalogue import slug
from qpvlib.tables.delimited import Row

ALIKE = 0.75  # titles of a platform are alike: a far one offered would mislead
READ = 20  # cells looked at
MOST = 0.8  # of them that the field must read


def offers(head: Header, rows: list[Row], words: Words) -> dict[str, str]:
    """A title for each missing field that has one near; no title is offered twice."""
    missing = [f for f in fields() if f.required and f.name not in head.columns]
    scores = [
        (_alike(title, entry, words), entry.name, place)
        for entry in missing
        for place, title in head.ignored.items()
        if _may_hold(entry, _sample(rows, place), words)
    ]
    found: dict[str, int] = {}
    for score, name, place in sorted(scores, reverse=True):
        if score >= ALIKE and name not in found and place not in found.values():
            found[name] = place
    return {name: head.ignored[place] for name, place in found.items()}


def _alike(title: str, entry: Field, words: Words) -> float:
    known = (key for key, name in words.headers.items() if name == entry.name)
    return max((SequenceMatcher(None, slug(title), key).ratio() for key in known), default=0)


def _sample(rows: list[Row], place: int) -> list[object]:
    held = (row[place] for _, row in rows if place < len(row) and plain(row[place]))
    return [cell for cell, _ in zip(held, range(READ), strict=False)]


def _may_hold(entry: Field, sample: list[object], words: Words) -> bool:
    """Whether the cells of a column are what a field holds."""
    if not sample:
        return False
    texts = [plain(cell) for cell in sample]
    if entry.name == "reference":
        return len(set(texts)) == len(texts) and any(c.isdigit() for text in texts for c in text)
    if entry.kind == "string" and not entry.values:
        kinds = [set(slug(text).split("-")) <= words.people.bodies for text in texts]
        return not all(kinds) and any(c.isalpha() for text in texts for c in text)
    parse = cells.parser(entry, words, equal=True)
    return sum(_reads(parse, cell) for cell in sample) >= MOST * len(sample)


def _reads(parse: object, cell: object) -> bool:
    try:
        parse(cell)
    except Wrong:
        return False
    return True
