"""How well names are told from bodies: measured, and written for the document of the register.

``.venv/bin/python tests/confusion.py`` writes ``data/actions/noms_mesures.csv``, which
``qpv actions doc`` lays out. The texts: ``tests/data/noms_structures.csv`` and
``noms_personnes.csv``, invented, written by the hand that wrote the rules; ``noms_autres.csv``,
written once the rules and the words were, whose words are never added to ``people.toml``; and the
shared cases, when they are beside the project (their counts otherwise stay as they were measured).
"""

import csv
from collections import Counter
from pathlib import Path

from qpvlib.actions import documentation, names
from qpvlib.catalogue.coordinates import coordinates
from qpvlib.catalogue.lexicon import lexicon
from qpvlib.catalogue.people import names as named
from qpvlib.project import current

INVENTED = Path(__file__).parent / "data"
SHARED = current().root.parent / "shared" / "cases" / "noms.csv"
EXPECTED = {"accepté": "à accepter", "question": "à demander", "personne": "à refuser"}
SENTENCES = {
    "porteur": "{}", "intitule, seul": "{}", "intitule": "Une journée autour de {}",
    "commentaire": "Le repas de {} a lieu en juin",
}  # fmt: skip
HEAD = ["textes", "champ", "nombre", "acceptes", "demandes", "refuses"]


def verdict(text, form):
    """What an import does of a text: « accepté », « question », or « personne » (refused)."""
    if coordinates(text):
        return "personne"
    found = named(text, lexicon(), form)
    sure = any(one.kind for one in found)
    return "personne" if sure else "question" if found else "accepté"


def shared():
    with SHARED.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def invented(kind):
    """Texts of a kind; of « personnes, autres », those written after the rules."""
    kind, _, others = kind.partition(", ")
    name = f"noms_{others or kind}.csv"
    with (INVENTED / name).open(encoding="utf-8", newline="") as stream:
        return [o["texte"] for o in csv.DictReader(stream) if o.get("genre", kind) == kind]


def line(told, field, verdicts):
    count = Counter(verdicts)
    numbers = (len(verdicts), *(count[name] for name in EXPECTED))
    return dict(zip(HEAD, (told, field, *map(str, numbers)), strict=True))


def measured():
    lines = []
    for field in ("porteur", "commentaire") if SHARED.exists() else ():
        for expected, told in EXPECTED.items():
            own = [
                o["texte"] for o in shared() if (o["colonne"], o["attendu"]) == (field, expected)
            ]
            found = [verdict(text, names.FORMS[field]) for text in own]
            lines.append(line(f"noms.csv, {told}", field, found))
    for kind in ("structures", "structures, autres", "personnes", "personnes, autres"):
        for field, sentence in SENTENCES.items():
            form = names.FORMS[field.partition(",")[0]]
            found = [verdict(sentence.format(t), form) for t in invented(kind)]
            lines.append(line(kind, field, found))
    return lines


def main():
    lines = measured()
    if not SHARED.exists():
        kept = [one for one in documentation.measures() if one["textes"].startswith("noms.csv")]
        lines = [*kept, *lines]
    with (current().contract / documentation.MEASURES).open("w", encoding="utf-8") as stream:
        out = csv.DictWriter(stream, HEAD, lineterminator="\n")
        out.writeheader()
        out.writerows(lines)


if __name__ == "__main__":
    main()
