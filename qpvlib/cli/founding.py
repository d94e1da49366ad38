"""``qpv new``: the project of another département."""

from pathlib import Path

import click

from qpvlib.cli.french import PLACE, Command, Mistake
from qpvlib.cli.tables import known_departement


@click.command(cls=Command)
@click.option("--departement", required=True, help="Code ou nom : 37, 2A, « Indre-et-Loire ».")
@click.option("--folder", type=PLACE, required=True, help="Dossier du projet, vide ou à créer.")
@click.option("--raw", type=PLACE, help="Dossier des fichiers (défaut : data/raw).")
def new(departement: str, folder: Path, raw: Path | None) -> None:
    """Fait le projet d'un autre département, prêt pour make reports : tout ou rien."""
    from qpvlib.project import current

    to, raw = known_departement(departement), raw or current().raw
    if not raw.is_dir():
        raise Mistake(f"Le dossier des fichiers « {raw} » n'existe pas. L'indiquer : --raw DOSSIER")
    from qpvlib.catalogue.faults import counted
    from qpvlib.tables import founding

    made = founding.found(to, folder, raw)
    click.echo(f"{to.name} ({to.code}) : {counted(len(made.codes), 'quartier')}, dans {folder}")
    if made.contracts:
        click.echo(f"Contrats de ville lus : {made.contracts}, à relire (contracts.toml).")
    else:
        click.echo("Contrats de ville : à déclarer (data/catalogue/contracts.toml).")
    if made.missing:
        click.echo("Ne couvrent pas ce département, et les pages le disent :")
    for line in made.missing:
        click.echo(f"- {line}")
    click.echo(f"La suite : {folder / 'README.md'}, puis : cd {folder} && make reports")
