"""The Finess extract with its positions: no header, two kinds of lines, joined on the number."""

# Order of the fields of each kind of line, after the word that tells which it is.
STRUCTURE = (
    "nofinesset", "nofinessej", "rs", "rslongue", "complrs", "compldistrib", "numvoie", "typvoie",
    "voie", "compvoie", "lieuditbp", "commune", "departement", "libdepartement",
    "ligneacheminement", "telephone", "telecopie", "categetab", "libcategetab",
)  # fmt: skip
POSITION = ("nofinesset", "coordxet", "coordyet", "sourcecoordet", "datemaj")
KEPT = ("nofinesset", "rs", "numvoie", "typvoie", "voie", "categetab")
PLACED = POSITION[1:]


def columns(text: str) -> tuple[dict[str, list], list[int]]:
    """Columns of the structures, each with its position where it has one; the line of each.

    ``insee`` is the code of the commune: two digits of the département, three of the commune.

    >>> text = "finess;etalab\\nstructureet;450000001;;CH A;;;;;;;;;234;45;LOIRET;;;;355;CH"
    >>> found, lines = columns(f"{text}\\ngeolocalisation;450000001;617000.5;6753000.1;;2026-05-04")
    >>> found["rs"], found["insee"], found["coordxet"], found["categetab"], lines
    (['CH A'], ['45234'], ['617000.5'], ['355'], [2])
    """
    rows = [(n, line.split(";")) for n, line in enumerate(text.splitlines(), 1)]
    placed = {}
    for _, cells in rows:
        if cells[0] == "geolocalisation":
            one = dict(zip(POSITION, cells[1:], strict=False))
            placed[one.get("nofinesset")] = one
    found: dict[str, list] = {name: [] for name in (*KEPT, "insee", *PLACED)}
    lines = []
    for n, cells in rows:
        if cells[0] == "structureet":
            one = dict(zip(STRUCTURE, cells[1:], strict=False))
            spot = placed.get(one.get("nofinesset"), {})
            lines.append(n)
            for name in KEPT:
                found[name].append(one.get(name, ""))
            found["insee"].append(one.get("departement", "")[:2] + one.get("commune", ""))
            for name in PLACED:
                found[name].append(spot.get(name, ""))
    return found, lines
