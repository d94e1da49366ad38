"""``qpv summer plan``, ``qpv summer answers``: the summer before its call, with its partners."""

from datetime import date
from pathlib import Path

import click

from qpvlib.cli.actions import YEAR
from qpvlib.cli.french import PLACE, Mistake


@click.command()
@YEAR
@click.option("--reports", type=PLACE, help="Dossier des pages (défaut : reports).")
@click.option(
    "--partners",
    type=PLACE,
    metavar="FICHIER",
    help="Table des partenaires (colonnes partenaire, quartiers) : écrit une fiche pour chacun.",
)
def plan(year: int | None, reports: Path | None, partners: Path | None) -> None:
    """Prépare l'été avant l'appel : publics, ce qui manque, pages de réunion, fiches."""
    year = year or date.today().year
    found = []
    if partners:
        if not partners.is_file():
            raise Mistake(f"Le fichier « {partners} » n'existe pas.")
        from qpvlib.actions import intentions
        from qpvlib.tables import sealing

        sealing.require()  # before the partners are kept
        found = intentions.read_partners(partners)
        intentions.keep_partners(found)
    from qpvlib.publishing import actions as pages

    for place in pages.prepare(year, found, reports):
        click.echo(f"À ouvrir : {place}")


@click.command()
@click.argument("files", type=PLACE, nargs=-1, required=True, metavar="FICHIER...")
def answers(files: tuple[Path, ...]) -> None:
    """Enregistre les fiches revenues (XLSX, ODS, Word), comme intentions : tout ou rien."""
    from qpvlib.actions import intentions, replies
    from qpvlib.tables import sealing

    sealing.require()
    found = replies.read_all(files)
    intentions.keep(found)
    for reply in found:
        many = len(reply.intentions)
        told = f"{many} intention{'s' if many > 1 else ''}" if many else "rien cet été"
        click.echo(f"{reply.partner}, été {reply.year} : {told}.")
    for year in sorted({reply.year for reply in found}):
        silent = [partner.name for partner in intentions.silent(year)]
        rest = f"sans réponse : {', '.join(silent)}" if silent else "tous ont répondu"
        click.echo(f"Été {year}, {rest}.")
