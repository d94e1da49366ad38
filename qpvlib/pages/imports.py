"""The page of an import: every flaw of a refused file, or what a kept one changed."""

from qpvlib.actions import register
from qpvlib.actions.register import Merged
from qpvlib.catalogue import Fault, catalogue
from qpvlib.document.exhibits import Exhibit, escape, table
from qpvlib.pages.cells import exhibit, text
from qpvlib.pages.register import count, invented, runs

LINES = 1000  # line numbers listed for one flaw
MOST = 2000  # rows of a table; a page stays one that opens


def control(file: str, flaws: list[Fault], notices: list[str], done: Merged | None) -> Exhibit:
    """What an import found: place, found, expected, remedy; what it noticed; what it changed."""
    state = _refused(flaws) if flaws else _kept(done)
    told = "".join(f"<li>{text(notice)}</li>" for notice in notices)
    html = (
        (invented() if register.fictitious() else "")
        + f'<div class="top"><span>{escape(catalogue().territory["office"])}</span></div>'
        f'<div class="hd"><h1><span class="town">Contrôle du fichier</span>{escape(file)}</h1>'
        f'</div><p class="lead wide-lead">{text(state)}</p>'
        + (f'<h2>À savoir</h2><ul class="dash">{told}</ul>' if told else "")
        + (_flaws(flaws) if flaws else _changes(done))
    )
    return exhibit(None, "Contrôle", html)


def _refused(flaws: list[Fault]) -> str:
    return f"{count(len(flaws), 'défaut')} : rien n'est importé, le registre n'a pas changé."


def _kept(done: Merged | None) -> str:
    if done is None:
        return ""
    return (
        f"{count(done.rows, 'action lue', 'actions lues')}. Nouvelles : {done.added}, "
        f"modifiées : {done.changed}, retirées : {done.removed}, inchangées : {done.same}."
    )


def _flaws(flaws: list[Fault]) -> str:
    rows = [
        [_place(flaw), text(flaw.found), text(flaw.expected), text(flaw.remedy)]
        for flaw in flaws[:MOST]
    ]
    head = ["Où", "Trouvé", "Attendu", "Que faire"]
    return table("Les défauts", head, rows, numeric=9, kind="control") + _beyond(
        len(flaws), "défaut"
    )


def _place(flaw: Fault) -> str:
    parts = [
        f"feuille « {flaw.sheet} »" if flaw.sheet else "",
        f"colonne « {flaw.column} »" if flaw.column else "",
        _lines(flaw),
    ]
    return text(", ".join(filter(None, parts)) or "le fichier entier")


def _lines(flaw: Fault) -> str:
    lines = sorted([flaw.line, *flaw.others]) if flaw.line else []
    more = f", et {len(lines) - LINES} autres" if len(lines) > LINES else ""
    word = "lignes" if len(lines) > 1 else "ligne"
    return f"{word} {runs(lines[:LINES])}{more}" if lines else ""


def _changes(done: Merged | None) -> str:
    shown = [c for c in done.changes if c.kind != "ajout"][:MOST] if done else []
    if not shown:
        return ""
    rows = [
        [escape(c.reference), text(c.kind), escape(c.field), escape(c.before or "(vide)"),
         escape(c.after or "(vide)")]
        for c in shown
    ]  # fmt: skip
    head = ["Action", "Changement", "Champ", "Avant", "Après"]
    changed = len([c for c in done.changes if c.kind != "ajout"])
    return table("Ce qui a changé", head, rows, numeric=9) + _beyond(changed, "changement")


def _beyond(number: int, noun: str) -> str:
    """What the table leaves out, said."""
    if number <= MOST:
        return ""
    return (
        f'<p class="s">{count(number - MOST, f"autre {noun}", f"autres {noun}s")}, non listés.</p>'
    )
