"""``qpv decide``, ``annexe``, ``sign``: what people decide, and the documents that say it."""

from pathlib import Path

import click

from qpvlib.catalogue import QpvError
from qpvlib.catalogue.faults import counted
from qpvlib.cli.french import PLACE, Command, Mistake
from qpvlib.project import current


def _scheme(name: str | None) -> str:
    """The scheme asked for, which the project then has until the command ends."""
    from qpvlib.catalogue import axes

    try:
        chosen = axes.scheme_name(name)
    except QpvError as error:
        raise Mistake(str(error)) from None
    click.get_current_context().with_resource(current().opened(scheme=chosen))
    return chosen


SCHEME = click.option("--scheme", metavar="SCHEMA", help="Schéma d'axes (défaut : territory.toml).")


@click.command(cls=Command)
@click.option("--export", "target", type=PLACE, help="Écrit le classeur à remplir.")
@click.option("--import", "source", type=PLACE, help="Lit le classeur rempli.")
@SCHEME
def decide(target: Path | None, source: Path | None, scheme: str | None) -> None:
    """Les décisions sur les axes : un classeur à remplir, puis à relire."""
    if (target is None) == (source is None):
        raise Mistake("Dire --export CLASSEUR.xlsx ou --import CLASSEUR.xlsx, l'un ou l'autre.")
    chosen = _scheme(scheme)
    if source is not None:
        _import(source, chosen)
        return
    if target.suffix != ".xlsx":
        raise Mistake(f"« {target} » : le classeur se nomme en .xlsx.")
    if target.exists():
        raise Mistake(
            f"« {target} » existe déjà, peut-être rempli : l'importer, ou choisir un autre nom."
        )
    from qpvlib.roadmap import readiness, stands, workbook
    from qpvlib.tables import sealing

    sealing.require()
    found = stands.all_plans(scheme=chosen)
    told = readiness.summary({code: list(plan.stands) for code, plan in found.items()})
    click.echo(f"{workbook.export(chosen, found, target)} : {told}")


def _import(source: Path, scheme: str) -> None:
    """Keep what a workbook decides and answers: both files, or neither."""
    from qpvlib.actions.names import Asked
    from qpvlib.roadmap import answers, decisions, returned
    from qpvlib.tables import sealing

    if not source.is_file():
        raise Mistake(f"Le classeur « {source} » n'existe pas.")
    sealing.require()  # a decision keeps the figures that it rests on
    before, known = decisions.read(scheme), answers.read()
    asked = Asked()
    decided, answered = returned.load(source, scheme, asked=asked)
    told = sum(known.get(key) != answer for key, answer in answered.items())
    changed = sum(before.get(key) != decision for key, decision in decided.items())
    kept = len(set(before) - set(decided))
    texts = {decisions.place_of(scheme): decisions.text(scheme, decided)}
    if answered:
        texts[answers.place()] = answers.text(answered)
    path = decisions.save(texts)[0]
    for notice in asked.notices():
        click.echo(f"- {notice}")
    read, new = counted(len(decided), "décision"), counted(changed, "changement")
    click.echo(f"{read} dans le classeur, {new} : {path}")
    if answered:
        new = counted(told, "changement")
        click.echo(f"{counted(len(answered), 'réponse')} du terrain, {new} : {answers.place()}")
    if kept:
        click.echo(f"Gardé, absent du classeur : {counted(kept, 'décision')}.")


@click.command("annexe", cls=Command)
@click.argument("code", required=False, metavar="[CODE]")
@click.option("--format", "form", default="docx", metavar="docx|html", help="docx ou html.")
@click.option("--final", is_flag=True, help="Refuse tant que tout n'est pas décidé.")
@click.option("--reports", type=PLACE, help="Dossier des documents.")
@SCHEME
def annexe(
    code: str | None, form: str, final: bool, reports: Path | None, scheme: str | None
) -> None:
    """Écrit l'annexe de l'appel à projets, ou la fiche d'un quartier (CODE)."""
    if form not in ("docx", "html"):
        raise Mistake(f"Le format « {form} » n'existe pas : docx ou html.")
    if code:
        from qpvlib.cli.reports import _check_codes

        _check_codes((code,))
    _scheme(scheme)
    from qpvlib.publishing import annex
    from qpvlib.tables.areas import before, neighbourhood

    place = before(neighbourhood(code)) if code else None
    for path in annex.build(place, (form,), reports, final):
        click.echo(f"À ouvrir : {path}")


@click.command(cls=Command)
@click.argument("page", metavar="PAGE")
@click.option("--reviewed", "state", flag_value="reviewed", help="La page est relue.")
@click.option("--validated", "state", flag_value="validated", help="La page est validée.")
@click.option("--function", default="", help="Fonction de qui signe ; jamais un nom.")
@click.option("--reports", type=PLACE, help="Dossier des pages.")
def sign(page: str, state: str | None, function: str, reports: Path | None) -> None:
    """Signe une page construite : relue ou validée. Si elle change, elle redevient un projet."""
    if state is None:
        raise Mistake("Dire --reviewed (relue) ou --validated (validée).")
    from qpvlib.publishing import manifest
    from qpvlib.roadmap import signatures

    folder = reports or current().reports
    again = "annexe" if page.startswith(("annexe", "fiche")) else "report"
    left = manifest.read(folder)
    # An annex may have been written again since the run, by its own command.
    known = left and again == "report" and page in left.files
    if known and (folder / page).is_file() and manifest.changed(folder, left, [page]):
        raise QpvError(
            f"« {page} » a changé depuis que qpv l'a écrite : elle ne se signe pas. La refaire : "
            "qpv report"
        )
    signature = signatures.sign(folder, page, state, function)
    click.echo(f"{page} : {signatures.state(page, signature.content).label}")
    click.echo(f"Pour que la page le dise : qpv {again}")
