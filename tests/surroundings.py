"""Named places around a neighbourhood, from the tidy lists and their catalogue alone."""

import re

import facts
from facts import PLACES, RESOURCES, SOURCES
from reading import plain
from sentences import distance

FIRST, BESIDE = 3, 300
SMALL = {"De", "Du", "Des", "La", "Le", "Les", "L", "D", "Sur", "Sous", "En", "Et", "Au", "Aux"}


def proper(name):
    """A name in capitals as names are written."""
    if name.isupper():
        words = re.findall(r"[^\W\d_]+|[\W\d_]+", name)
        cased = [w if re.fullmatch("[^AEIOUY]{2,}U?", w) else w.capitalize() for w in words]
        follows = [*cased[1:], ""]
        name = "".join(
            w.lower() if i and w in SMALL and after[:1] in (" ", "'", "-") and after else w
            for i, (w, after) in enumerate(zip(cased, follows, strict=True))
        )
    return re.sub(r"\bEcole", "École", name)


def _bare(words):
    table = str.maketrans("àâäéèêëîïôöùûüç", "aaaeeeeiioouuuc")
    return set(re.findall(r"[a-z0-9]+", plain(words).lower().translate(table)))


def named(row):
    """What a place is, and its name: the name alone where it says so."""
    kind, name = RESOURCES[row.type]["label"], proper(row.name)
    if not name:
        return kind
    return name if _bare(kind.partition(" (")[0]) <= _bare(name) else f"{kind} : {name}"


def of_list(row):
    year = f"liste de {row.year}" if row.year else "liste non datée"
    return year + ", à vérifier" * (row.reliability == "to_check")


def line(row):
    """« Collège X, à environ 250 m (rue, commune ; liste de 2024) »."""
    where = ", ".join(filter(None, (proper(row.address), row.commune)))
    told = " ; ".join(filter(None, (where, of_list(row))))
    return plain(f"{named(row)}, {distance(row.distance_m)} ({told})")


def _band(row):
    metres = int(row.distance_m)
    return 0 if metres == 0 else 1 if metres <= BESIDE else 2


def first(area):
    """Three lines: the best of each family in the catalogue's order, then of the types left."""
    order, best = list(RESOURCES), {}
    rows = sorted(facts.resources(area), key=lambda r: (_band(r), r.reliability,
                                                        order.index(r.type)))  # fmt: skip
    for row in rows:
        best.setdefault(row.type, row)
    held = {}
    for row in best.values():
        held.setdefault(RESOURCES[row.type]["family"], row)
    families = dict.fromkeys(entry["family"] for entry in RESOURCES.values())
    chosen = [held[family] for family in families if family in held]
    rest = [row for row in best.values() if row not in chosen]
    return [line(row) for row in (*chosen, *rest)[:FIRST]]


def fold(area):
    """The heading of the details: how many, how many beside."""
    rows = facts.resources(area)
    close = sum(int(row.distance_m) <= BESIDE for row in rows)
    told = f"Autour : {len(rows)} lieu{'x' * (len(rows) > 1)} nommé{'s' * (len(rows) > 1)} à moins"
    return f"{told} d'un kilomètre" + f", dont {close} à moins de {BESIDE} m" * (close > 0)


def _lists(area):
    where = PLACES[area].departement
    return [r for r in facts.lists() if not r.departements or where in r.departements.split()]


def absent(area):
    """Types that the lists have nothing of, by the year of their list."""
    seen, years = {row.type for row in facts.resources(area)}, {}
    for row in _lists(area):
        if row.type not in seen:
            years[row.type] = max(years.get(row.type, ""), row.year)
    for year in sorted(set(years.values())):
        labels = [e["label"] for kind, e in RESOURCES.items() if years.get(kind) == year]
        yield plain(f"{', '.join(labels)} (liste de {year})")


def cites(area):
    """Each list read, as its source is cited; but those of the page's own figures."""
    told = {row.source.partition("/")[0] for (a, *_), row in facts.observations().items()
            if a == area}  # fmt: skip
    for source in {row.source: None for row in _lists(area) if row.source not in told}:
        years = [row.year for row in _lists(area) if row.source == source and row.year]
        yield plain(f"{SOURCES[source]['cite']}. Lieux nommés, {max(years)}.")


def licences():
    return [plain(entry["licence"]) for entry in SOURCES.values()]


def every(area):
    """Everything that the page says of them outside its table."""
    return [*map(line, facts.resources(area)), fold(area), *absent(area), *cites(area),
            *licences()]  # fmt: skip


def rows(area):
    """The table of the details: name and details, distance, year of the list."""
    for row in facts.resources(area):
        where = ", ".join(filter(None, (proper(row.address), row.commune, row.detail)))
        name = proper(row.name) or RESOURCES[row.type]["label"]
        year = f"{row.year or 'non précisée'}{', à vérifier' * (row.reliability == 'to_check')}"
        yield plain(f"{name} ({where})" if where else name), distance(row.distance_m), year
