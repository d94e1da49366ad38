"""``qpv actions`` and ``qpv summer``: the register, the board, the upward report."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qpvlib.catalogue import Faults, QpvError
from qpvlib.catalogue.faults import counted
from qpvlib.cli.french import PLACE, French, Mistake

if TYPE_CHECKING:
    from qpvlib.actions.register import Merged

TOLD = 30  # changes listed on screen; the history has them all


class Day(click.DateTime):
    """A date typed by the user."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """2021-07-20 or 20/07/2021."""
        try:
            return super().convert(value, param, ctx).date()
        except click.BadParameter:
            told = f"« {value} » n'est pas une date. Écrire 2021-07-20 ou 20/07/2021."
            raise Mistake(told) from None


DAY = Day(["%Y-%m-%d", "%d/%m/%Y"])
YEAR = click.option(
    "--year", type=click.IntRange(2014, 2040), help="Été suivi (défaut : cette année)."
)
AT = click.option("--at", type=DAY, metavar="DATE", help="Date d'observation (défaut : ce jour).")


@click.group(cls=French)
def actions() -> None:
    """Le registre des actions : importer, modèles, historique."""


@actions.command("import")
@click.argument("file", type=PLACE, metavar="FICHIER")
@click.option("--sheet", default="", help="Feuille à lire, si plusieurs portent un tableau.")
@click.option("--equal", is_flag=True, help="Parts égales entre quartiers donnés sans part.")
@click.option("--gather", is_flag=True, help="Additionne les lignes d'une action, toutes à l'État.")
@click.option(
    "--check",
    "only",
    is_flag=True,
    help="Contrôle et dit ce qui changerait, sans toucher au registre.",
)
@click.option("--complete", is_flag=True, help="Le fichier est tout le registre : retire le reste.")
@click.option("--invented", is_flag=True, help="Ces actions sont fictives ; les pages le diront.")
def import_(
    file: Path, sheet: str, equal: bool, gather: bool, only: bool, complete: bool, invented: bool
) -> None:
    """Importe un export de plateforme ou un registre : tout ou rien."""
    if not file.is_file():
        raise Mistake(f"Le fichier « {file} » n'existe pas.")
    from qpvlib.actions import reading, register
    from qpvlib.tables import sealing

    sealing.require()  # places are recognised by the names that the tables give them
    known = frozenset(register.texts())
    try:
        found = reading.read(file, sheet, equal, register.synonyms(), known, gather)
    except Faults as refused:
        page = _control(file, flaws=refused.faults)
        raise QpvError(f"{refused}\nPage du contrôle : {page}") from None
    for notice in found.notices:
        click.echo(f"- {notice}")
    done = register.merged(found, complete) if only else register.keep(found, complete, invented)
    for doubt in done.doubts:
        click.echo(f"- {doubt}")
    _tell(done, only)
    told = [*found.notices, *done.doubts]
    click.echo(f"Page du contrôle : {_control(file, notices=told, done=done)}")


def _control(file: Path, **told: object) -> Path:
    from qpvlib.actions import names
    from qpvlib.project import current
    from qpvlib.publishing import actions as pages

    place = current().register / "import.html"
    pages.write_control(place, names.filed(file), **told)
    return place


def _tell(done: "Merged", only: bool) -> None:
    changes = [c for c in done.changes if c.kind != "ajout"]
    for change in changes[:TOLD]:
        after = change.after or "(vide)" if change.kind == "modification" else "(retirée)"
        before = change.before or "(vide)"
        click.echo(f"- {change.reference}, {change.field} : {before} → {after}")
    rest = len(changes) - TOLD
    if rest > 0:
        click.echo(f"- et {counted(rest, 'autre')}, dans l'historique : qpv actions history")
    would = "Seraient" if only else "Sont"
    kept = f", gardées du registre sans être dans le fichier : {done.kept}" if done.kept else ""
    lues = "action lue" if done.rows < 2 else "actions lues"
    click.echo(
        f"{done.rows} {lues}. {would} ajoutées : {done.added}, modifiées : {done.changed}, "
        f"retirées : {done.removed}, inchangées : {done.same}{kept}."
    )
    if only:
        click.echo("Le registre n'a pas changé (--check).")
    elif not done.changes:
        click.echo("Le registre était déjà à jour.")


@actions.command()
@click.argument("folder", type=PLACE, metavar="DOSSIER")
def template(folder: Path) -> None:
    """Écrit le modèle vide et l'exemple rempli, en CSV et XLSX."""
    import shutil

    from qpvlib.actions import documentation
    from qpvlib.project import current

    folder.mkdir(parents=True, exist_ok=True)
    for name in documentation.TEMPLATES:
        for suffix in (".xlsx", ".csv"):
            to = folder / f"{name}{suffix}"
            shutil.copyfile(current().contract / to.name, to)
            click.echo(str(to))


@actions.command()
@click.argument("reference", required=False, metavar="[REFERENCE]")
def history(reference: str | None) -> None:
    """Montre ce que chaque import a changé, pour une action ou pour toutes."""
    from qpvlib.actions import register

    rows = register.history(reference)
    if reference and not rows:
        raise Mistake(f"L'action « {reference} » n'est pas dans l'historique.")
    for row in rows:
        told = f" {row['champ']} : {row['avant'] or '(vide)'} → {row['apres'] or '(vide)'}"
        detail = told if row["champ"] else ""
        click.echo(f"{row['date']} {row['reference']} {row['changement']}{detail}")


@actions.command()
@click.argument("code", metavar="CODE")
@click.argument("answer", metavar="structure|masquer|refuser")
def name(code: str, answer: str) -> None:
    """Répond d'un nom que l'import a demandé de vérifier, par son code."""
    from qpvlib.actions import names, register

    names.answer(code, answer, register.synonyms())
    click.echo(f"{code} : {answer}, gardé dans {register.synonyms()}. Importer de nouveau.")


@actions.command()
def doc() -> None:
    """Le contrat du registre, en français (Markdown)."""
    from qpvlib.actions import documentation

    click.echo(documentation.listing(), nl=False)


@click.group(cls=French)
def summer() -> None:
    """Quartiers d'été : la préparation, le tableau de bord et la remontée."""


@summer.command()
@YEAR
@AT
@click.option("--reports", type=PLACE, help="Dossier des pages (défaut : reports).")
@click.option("--suffix", default="", help="Ajouté au nom de la page, pour en garder plusieurs.")
def board(year: int | None, at: date | None, reports: Path | None, suffix: str) -> None:
    """Construit le tableau de bord de l'été et la couverture des besoins."""
    if not re.fullmatch(r"[\w-]{0,40}", suffix, re.ASCII):
        raise Mistake(f"« {suffix} » : --suffix n'admet que des lettres, des chiffres et - ou _.")
    from qpvlib.actions import register

    register.required()
    from qpvlib.publishing import actions as pages

    at = at or date.today()
    for place in pages.build(year or at.year, at, reports, suffix):
        click.echo(f"À ouvrir : {place}")


@summer.command()
@click.argument("file", type=PLACE, metavar="FICHIER")
@YEAR
@click.option("--template", type=PLACE, help="Champs de la remontée (data/actions/remontee.toml).")
def export(file: Path, year: int | None, template: Path | None) -> None:
    """Écrit la remontée (XLSX ou CSV), chaque chiffre avec ses lignes."""
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise Mistake(f"« {file.name} » : terminer le nom par .xlsx ou .csv.")
    from qpvlib.actions import register, upward
    from qpvlib.actions import summer as summers
    from qpvlib.tables import sealing, writing

    sealing.require()
    found = register.required()
    title, lines = upward.template(template)
    year = year or date.today().year
    chosen = summers.summer(found, year)
    invented = "DONNÉES FICTIVES · " if found.fictitious.any() else ""
    names = {a.action: (a.bearer, a.title) for a in chosen.itertuples()}
    figures = upward.report(chosen, year, lines)
    with writing.aside(file.resolve().parent, f"{file.name} n'a pas été écrit.") as work:
        head, notes = f"{invented}{title} {year}", upward.notes(template)
        done = upward.write_report(work / file.name, head, figures, names, notes)
        places = writing.put(work, file.resolve().parent, [place.name for place in done])
    for place in places:
        click.echo(str(place))
