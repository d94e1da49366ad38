"""``qpv build``, ``fetch``, ``check``, ``list``, ``where``, ``explain``: tables and catalogue."""

import sys
from pathlib import Path

import click

from qpvlib.catalogue import QpvError, catalogue, departements, unknown
from qpvlib.catalogue.departements import Departement
from qpvlib.cli.french import PLACE, Command, Mistake, leave


@click.command("list", cls=Command)
def list_() -> None:
    """Liste les quartiers : code, code 2024, nom, communes."""
    from qpvlib.tables.areas import neighbourhoods

    for place in neighbourhoods().values():
        communes = ", ".join(commune.name for commune in place.communes)
        click.echo(f"{place.code}  {place.successor:<9} {place.name} ({communes})")


# A longitude west of Greenwich begins as an option does.
@click.command(cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, required=True, metavar="LON LAT | FICHIER.csv")
def where(words: tuple[str, ...]) -> None:
    """Dit dans quel quartier est un point, ou chaque adresse géocodée d'un CSV.

    Longitude puis latitude, en degrés (WGS 84). Hors de tout contour : à quelle distance.
    """
    if len(words) > 2:
        raise Mistake(f"En trop : {' '.join(words[2:])}. Voir qpv where --help.")
    if len(words) == 1 and not Path(words[0]).is_file():
        raise Mistake(f"Le fichier « {words[0]} » n'existe pas. Un point : qpv where LON LAT")
    from qpvlib.tables import addresses, sealing
    from qpvlib.tables import where as contours

    sealing.require()
    if len(words) == 2:
        click.echo(str(contours.where(*words)))
        return
    told = addresses.answer(Path(words[0]))
    for notice in told.notices:
        click.echo(f"- {notice}")
    click.echo(f"{told}\nÀ ouvrir : {told.place}")


RAW = click.option(
    "--raw", type=PLACE, envvar="QPV_RAW", help="Dossier des fichiers (défaut : data/raw)."
)


@click.command(cls=Command)
@RAW
@click.option("--tidy", type=PLACE, help="Où écrire (défaut : data/tidy).")
@click.option(
    "--departement", multiple=True, help="Département (défaut : celui du territoire ; « all »)."
)
@click.option(
    "--only", multiple=True, metavar="INDICATEUR", help="Ne refait que lui, dans les tables."
)
def build(
    raw: Path | None, tidy: Path | None, departement: tuple[str, ...], only: tuple[str, ...]
) -> None:
    """Transforme les fichiers des producteurs en tables du projet : tout ou rien."""
    raw = raw_folder(raw)
    if only and departement:
        raise Mistake("--only garde les quartiers des tables : il se dit sans --departement.")
    codes = tuple("all" if d.lower() == "all" else known_departement(d).code for d in departement)
    from qpvlib.project import current
    from qpvlib.tables import construction as builder
    from qpvlib.tables import unread
    from qpvlib.tables.construction import partial

    folder = tidy or current().tidy
    written, left_out = (
        partial.rebuild(raw, folder, only) if only else builder.build(raw, folder, codes or None)
    )
    for path in written:
        click.echo(f"{path}  {path.stat().st_size / 1000:.0f} ko")
    for line in left_out:
        click.echo(f"Non repris : {line}")
    for line in [] if only else unread.told(raw):
        click.echo(line)


def raw_folder(given: Path | None) -> Path:
    """Folder of the producers' files: the one given, else the project's own, if it is there."""
    from qpvlib.project import current

    place = given or current().raw
    if given is None and not place.exists():
        raise Mistake(f"{place} n'existe pas. Dire où sont les fichiers : --raw DOSSIER")
    _check_folder(place)
    return place


def known_departement(given: str) -> Departement:
    """A département as typed; unknown or overseas, a mistake of who types."""
    try:
        return departements.departement(given)
    except QpvError as error:
        raise Mistake(str(error)) from None


def _check_folder(raw: Path) -> None:
    if not raw.exists():
        raise Mistake(f"Le dossier « {raw} » n'existe pas.")
    if not raw.is_dir():
        raise Mistake(f"« {raw} » n'est pas un dossier.")


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--raw", type=PLACE, help="Dossier (défaut : data/raw).")
@click.option("--accept", is_flag=True, help="Accepte un fichier différent au bon contenu.")
@click.option("--again", is_flag=True, help="Télécharge de nouveau ce qui est déjà là.")
def fetch(names: tuple[str, ...], raw: Path | None, accept: bool, again: bool) -> None:
    """Récupère les fichiers des producteurs, ou dit où les prendre et où les mettre."""
    if raw is not None and raw.exists():
        _check_folder(raw)
    known = catalogue().sources
    for name in names:
        if name not in known:
            raise Mistake(unknown("La source", name, known))
    from qpvlib.project import current
    from qpvlib.tables import fetching

    chosen = list(dict.fromkeys(names)) or list(known)
    lines, failed = fetching.fetch(chosen, raw or current().raw, accept, again)
    for line in lines:
        click.echo(line)
    sys.exit(1 if failed else 0)


@click.command(cls=Command)
@click.argument("reports", metavar="[PAGES]", required=False, type=PLACE)
@click.option("--raw", type=PLACE, help="Vérifie aussi ces fichiers.")
@click.option("--final", is_flag=True, help="Refuse ce qui interdit un document final.")
@click.option("--profile", type=PLACE, help="Décrit un fichier inconnu, et rien d'autre.")
def check(reports: Path | None, raw: Path | None, final: bool, profile: Path | None = None) -> None:
    """Vérifie le catalogue, les tables, les décisions ; les pages, si leur dossier est donné.

    Chaque figure, tableau et phrase des PAGES est refait depuis les tables et comparé.
    """
    if profile is not None:
        _describe(profile)
        return
    for folder in filter(None, (reports, raw)):
        _check_folder(folder)
    from qpvlib.catalogue.faults import counted
    from qpvlib.cli import checking

    faults = checking.check(raw)
    waiting, refused = _decisions(final) if not faults else ([], [])
    faults += refused
    if reports is not None and not faults:
        from qpvlib.publishing import proof

        faults = proof.defects(reports)
    if raw is not None:
        from qpvlib.tables import unread

        waiting = [*unread.told(raw), *waiting]
    for line in waiting:
        click.echo(f"- {line}")
    for fault in faults:
        click.echo(f"- {fault}", err=True)
    if faults:
        leave(f"{counted(len(faults), 'défaut')}.", 1)
    _sound(reports)


def _sound(reports: Path | None) -> None:
    """What was checked, and found right."""
    from qpvlib.catalogue.faults import counted
    from qpvlib.publishing import proof

    if reports is not None and (own := proof.own(reports)):
        click.echo(f"Hors contrôle, ajoutés par des carnets : {counted(own, 'élément')}.")
    known = catalogue()
    pages = " ; chaque page montre les chiffres de son territoire" if reports else ""
    click.echo(
        f"{len(known.indicators)} indicateurs, {len(known.sources)} sources{pages} :"
        " rien à signaler"
    )


def _describe(file: Path) -> None:
    if not file.is_file():
        raise Mistake(f"Le fichier « {file} » n'existe pas.")
    from qpvlib.tables import profiling

    click.echo(profiling.profile(file))


def _decisions(final: bool) -> tuple[list[str], list[str]]:
    """What is still to be decided, and the faults of the decisions."""
    from qpvlib.roadmap import readiness, stands

    faults = readiness.declared_faults()
    if faults:
        return [], faults
    found = stands.all_stands()
    waiting = readiness.undecided(found)
    return ([], readiness.final_faults(found)) if final else (waiting, [])


@click.command(cls=Command)
@click.argument("indicator", metavar="INDICATEUR", required=False)
@click.option("--all", "every", is_flag=True, help="La liste de tous les indicateurs (Markdown).")
@click.option("--method", is_flag=True, help="La méthode des axes et sa sensibilité (Markdown).")
def explain(indicator: str | None, every: bool, method: bool) -> None:
    """Explique un indicateur : définition, calcul, sources, années, bruit, réserves."""
    if method:
        from qpvlib.roadmap import method as rules

        _tell(rules.document())
        return
    if indicator is None and not every:
        raise Mistake("Il manque un indicateur. La liste : qpv explain --all")
    if indicator is not None and indicator not in catalogue().indicators:
        raise Mistake(unknown("L'indicateur", indicator, catalogue().indicators))
    from qpvlib.diagnosis import explaining

    _tell(explaining.listing() if every else f"{explaining.explain(str(indicator))}\n")


def _tell(figures: str) -> None:
    from qpvlib.tables import sealing

    sealing.require()
    click.echo(figures, nl=False)
