"""The ``qpv`` command: a thin wrapper; what is heavy is imported once the words are understood."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qpvlib import __version__, writing
from qpvlib.catalogue import QpvError, catalogue, unknown

if TYPE_CHECKING:
    from qpvlib.publishing.batch import Outcome


HELP = {
    "Show this message and exit.": "Montre cette aide.",
    "Commands:": "Commandes :",
    "Options:": "Options :",
    "Usage:": "Usage :",
    "[required]": "[obligatoire]",
    "COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]",
}


class _Command(click.Command):
    """A command whose help is in French."""

    def get_help(self, ctx: click.Context) -> str:
        text = super().get_help(ctx)
        for english, french in HELP.items():
            text = text.replace(english, french)
        return text


class _French(_Command, click.Group):
    """A group whose mistakes are told in French, in one line, with exit code 2."""

    command_class = _Command

    def resolve_command(self, ctx: click.Context, args: list[str]):
        name = args[0] if args else ""
        if name and self.get_command(ctx, name) is None and not name.startswith("-"):
            raise _Mistake(unknown("La commande", name, self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def main(self, *args, **kwargs):
        try:
            return super().main(*args, **kwargs | {"standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help())
        except (click.UsageError, _Mistake) as error:
            _leave(_usage(error), 2)
        except click.exceptions.Abort:
            _leave("Interrompu.", 130)
        except click.exceptions.Exit as error:
            sys.exit(error.exit_code)
        except QpvError as error:
            _leave(str(error), 1)
        except OSError as error:
            _leave(f"{error.filename or 'fichier'} : {writing.reason(error)}.", 1)


class _Mistake(QpvError):
    """An unknown name typed by the user: exit code 2, before anything starts."""


def _usage(error: click.UsageError | _Mistake) -> str:
    """A mistake of typing in French, with the nearest valid name."""
    see = "Voir qpv --help."
    if isinstance(error, _Mistake):
        return str(error)
    if isinstance(error, click.NoSuchOption):
        near = f" Voulez-vous dire {error.possibilities[0]} ?" if error.possibilities else ""
        return f"L'option « {error.option_name} » n'existe pas.{near}"
    if isinstance(error, click.MissingParameter):
        return f"Il manque {_shown(error.param)}. {see}"
    if isinstance(error, click.BadOptionUsage):
        return f"L'option {error.option_name} attend une valeur. {see}"
    if isinstance(error, click.BadParameter):
        least = getattr(error.param.type, "min", None) if error.param else None
        expected = "" if least is None else f" : un entier, {least} au moins"
        return f"Valeur refusée pour {_shown(error.param)}{expected}. {see}"
    extra = re.search(r"unexpected extra arguments? \((.*)\)", error.message)
    return f"En trop : {extra[1]}. {see}" if extra else f"Commande mal formée. {see}"


def _shown(param: click.Parameter | None) -> str:
    if param is None:
        return "un argument"
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(None)


def _leave(message: str, code: int) -> None:
    click.echo(f"Erreur : {message}", err=True)
    sys.exit(code)


@click.group(cls=_French, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="qpv %(version)s", help="Montre la version.")
def main() -> None:
    """Diagnostics des quartiers prioritaires : construire, vérifier, expliquer."""


@main.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--jobs", type=click.IntRange(1), help="Processus à la fois (défaut : les cœurs).")
@click.option("--reports", type=click.Path(path_type=Path), help="Dossier des pages.")
def report(codes: tuple[str, ...], jobs: int | None, reports: Path | None) -> None:
    """Construit les diagnostics (sans CODE : tous, avec la synthèse et l'index)."""
    _check_codes(codes)
    from qpvlib.publishing import site

    total = len(codes) + 1 if codes else None
    with _Bar(total) as progress:
        built = site.build(list(codes), reports, jobs, progress)
    for outcome in built.failures:
        where = f", cellule {outcome.cell}" if outcome.cell is not None else ""
        click.echo(f"Échec : {outcome.job.name}{where} : {outcome.cause}", err=True)
    for name in built.removed:
        click.echo(f"Retirée : {name} (ce quartier n'est plus dans les tables)")
    done = len(built.outcomes) - len(built.failures)
    click.echo(f"{done} pages sur {len(built.outcomes)} dans {built.reports}")
    click.echo(f"À ouvrir : {built.reports / 'index.html'}")
    size = built.archive.stat().st_size / 1e6
    click.echo(f"À envoyer : {built.archive} ({size:.1f} Mo)".replace(".", ",", 0))
    sys.exit(1 if built.failures else 0)


def _check_codes(codes: tuple[str, ...]) -> None:
    """Refuse unknown codes before pandas, matplotlib or a kernel is imported."""
    import csv

    from qpvlib import paths

    place = paths.tidy() / "neighbourhoods.csv"
    if not place.exists():
        raise QpvError(f"Table {place} absente. La construire : qpv build --raw DOSSIER")
    with place.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    known = {row["code"] for row in rows} | {row["successor"] for row in rows}
    names = {row["code"]: row["name"] for row in rows}
    for code in codes:
        if code.upper() not in known:
            listing = f"Liste des {len(rows)} : qpv list"
            message = unknown("Le quartier", code, sorted(known), listing)
            for found, name in names.items():
                message = message.replace(f"« {found} »", f"{found} ({name})")
            raise _Mistake(message)


class _Bar:
    """Progress bar: neighbourhood, n/total, elapsed; plain lines where there is no terminal."""

    def __init__(self, total: int | None):
        self.total = total
        self.bar = None

    def __enter__(self):
        from tqdm import tqdm

        shape = "{desc:<46.46} {bar} {n_fmt}/{total_fmt} · {elapsed}"
        total = self.total or 1
        self.bar = tqdm(total=total, bar_format=shape, desc="Préparation", file=sys.stderr)
        return self

    def __call__(self, outcome: "Outcome", done: int, total: int) -> None:
        self.bar.total = total
        self.bar.set_description_str(outcome.job.name, refresh=False)
        self.bar.update(done - self.bar.n)

    def __exit__(self, *error) -> None:
        self.bar.close()


@main.command("list")
def list_() -> None:
    """Liste les quartiers : code, code 2024, nom, communes."""
    from qpvlib.areas import neighbourhoods

    for place in neighbourhoods().values():
        communes = ", ".join(commune.name for commune in place.communes)
        click.echo(f"{place.code}  {place.successor:<9} {place.name} ({communes})")


DEPARTEMENTS = {f"{n:02d}" for n in range(1, 96) if n != 20} | {"2A", "2B", "all"}


@main.command()
@click.option("--raw", type=click.Path(path_type=Path), required=True, help="Dossier des fichiers.")
@click.option("--tidy", type=click.Path(path_type=Path), help="Où écrire (défaut : data/tidy).")
@click.option(
    "--departement", multiple=True, help="Département (défaut : celui du territoire ; « all »)."
)
def build(raw: Path, tidy: Path | None, departement: tuple[str, ...]) -> None:
    """Transforme les fichiers des producteurs en tables du projet : tout ou rien."""
    _check_folder(raw)
    codes = tuple("all" if d.lower() == "all" else d.upper() for d in departement)
    for code in codes:
        if code not in DEPARTEMENTS:
            known = sorted(DEPARTEMENTS)
            raise _Mistake(unknown("Le département de métropole", code, known))
    from qpvlib import build as builder
    from qpvlib import paths

    for path in builder.build(raw, tidy or paths.tidy(), codes or None):
        click.echo(f"{path}  {path.stat().st_size / 1000:.0f} ko")


def _check_folder(raw: Path) -> None:
    if not raw.exists():
        raise _Mistake(f"Le dossier « {raw} » n'existe pas.")
    if not raw.is_dir():
        raise _Mistake(f"« {raw} » n'est pas un dossier.")


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--raw", type=click.Path(path_type=Path), help="Dossier (défaut : data/raw).")
@click.option("--accept", is_flag=True, help="Accepte un fichier différent au bon contenu.")
@click.option("--again", is_flag=True, help="Télécharge de nouveau ce qui est déjà là.")
def fetch(names: tuple[str, ...], raw: Path | None, accept: bool, again: bool) -> None:
    """Récupère les fichiers des producteurs, ou dit où les prendre et où les mettre."""
    known = catalogue().sources
    for name in names:
        if name not in known:
            raise _Mistake(unknown("La source", name, known))
    from qpvlib import fetching, paths

    chosen = list(dict.fromkeys(names)) or list(known)
    lines, failed = fetching.fetch(chosen, raw or paths.RAW, accept, again)
    for line in lines:
        click.echo(line)
    sys.exit(1 if failed else 0)


@main.command()
@click.option("--raw", type=click.Path(path_type=Path), help="Vérifie aussi ces fichiers.")
def check(raw: Path | None) -> None:
    """Vérifie le catalogue, les tables et, avec --raw, les fichiers des producteurs."""
    if raw is not None:
        _check_folder(raw)
    from qpvlib import checking
    from qpvlib.faults import counted

    faults = checking.check(raw)
    for fault in faults:
        click.echo(f"- {fault}", err=True)
    if faults:
        _leave(f"{counted(len(faults), 'défaut')}.", 1)
    known = catalogue()
    click.echo(
        f"{len(known.indicators)} indicateurs, {len(known.sources)} sources : rien à signaler"
    )


@main.command()
@click.argument("indicator", metavar="INDICATEUR", required=False)
@click.option("--all", "every", is_flag=True, help="La liste de tous les indicateurs (Markdown).")
def explain(indicator: str | None, every: bool) -> None:
    """Explique un indicateur : définition, calcul, sources, années, bruit, réserves."""
    if indicator is None and not every:
        raise _Mistake("Il manque un indicateur. La liste : qpv explain --all")
    if indicator is not None and indicator not in catalogue().indicators:
        raise _Mistake(unknown("L'indicateur", indicator, catalogue().indicators))
    from qpvlib import explaining

    told = explaining.listing() if every else explaining.explain(str(indicator))
    click.echo(told, nl=not every)


if __name__ == "__main__":
    main()
