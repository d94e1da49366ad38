"""The ``qpv`` command: a thin wrapper; what is heavy is imported once the words are understood."""

import sys
from pathlib import Path

import click

from qpvlib import __version__
from qpvlib.catalogue import QpvError, catalogue, unknown


class _French(click.Group):
    """A group whose mistakes are told in French, in one line, with exit code 2."""

    def resolve_command(self, ctx, args):
        name = args[0] if args else ""
        if name and self.get_command(ctx, name) is None and not name.startswith("-"):
            raise _Mistake(unknown("La commande", name, self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def main(self, *args, **kwargs):
        try:
            return super().main(*args, **kwargs | {"standalone_mode": False})
        except click.NoSuchOption as error:
            near = f" Voulez-vous dire {error.possibilities[0]} ?" if error.possibilities else ""
            _leave(f"L'option « {error.option_name} » n'existe pas.{near}", 2)
        except click.UsageError as error:
            _leave(_usage(error), 2)
        except click.exceptions.Abort:
            _leave("Interrompu.", 130)
        except click.exceptions.Exit as error:
            sys.exit(error.exit_code)
        except _Mistake as error:
            _leave(str(error), 2)
        except QpvError as error:
            _leave(str(error), 1)


class _Mistake(QpvError):
    """An unknown name typed by the user: exit code 2, before anything starts."""


def _usage(error: click.UsageError) -> str:
    if isinstance(error, click.MissingParameter):
        return f"Il manque {error.param.opts[0] if error.param else 'un argument'}. Voir qpv --help."
    if isinstance(error, click.BadParameter):
        return f"Valeur refusée pour {error.param.opts[0] if error.param else '?'} : {error.message}"
    return f"{error.format_message()} Voir qpv --help."


def _leave(message: str, code: int) -> None:
    click.echo(f"Erreur : {message}", err=True)
    sys.exit(code)


@click.group(cls=_French, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="qpv %(version)s", help="Montre la version.")
def main() -> None:
    """Diagnostics des quartiers prioritaires : construire, vérifier, expliquer."""


@main.command()
@click.argument("codes", nargs=-1)
@click.option("--jobs", type=click.IntRange(1), help="Processus à la fois (défaut : les cœurs).")
@click.option("--reports", type=click.Path(path_type=Path), help="Dossier des pages.")
def report(codes: tuple[str, ...], jobs: int | None, reports: Path | None) -> None:
    """Construit les diagnostics (sans CODE : tous, avec la synthèse et l'index)."""
    _check_codes(codes)
    from qpvlib.publishing import site

    total = len(codes) + 1 if codes else None
    with _bar(total) as progress:
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
            message = unknown("Le quartier", code, sorted(known), f"Liste des {len(rows)} : qpv list")
            for found, name in names.items():
                message = message.replace(f"« {found} »", f"{found} ({name})")
            raise _Mistake(message)


class _bar:
    """Progress bar: neighbourhood, n/total, elapsed; plain lines where there is no terminal."""

    def __init__(self, total: int | None):
        self.total = total
        self.bar = None

    def __enter__(self):
        from tqdm import tqdm

        shape = "{desc:<46.46} {bar} {n_fmt}/{total_fmt} · {elapsed}"
        self.bar = tqdm(total=self.total or 1, bar_format=shape, desc="Préparation", file=sys.stderr)
        return self

    def __call__(self, outcome, done: int, total: int) -> None:
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


@main.command()
@click.option("--raw", type=click.Path(path_type=Path), required=True, help="Dossier des fichiers.")
@click.option("--tidy", type=click.Path(path_type=Path), help="Où écrire (défaut : data/tidy).")
@click.option("--departement", multiple=True, help="Département (« all » : la métropole).")
def build(raw: Path, tidy: Path | None, departement: tuple[str, ...]) -> None:
    """Transforme les fichiers des producteurs en tables du projet : tout ou rien."""
    if not raw.is_dir():
        raise _Mistake(f"le dossier « {raw} » n'existe pas.")
    from qpvlib import build as builder
    from qpvlib import paths

    for path in builder.build(raw, tidy or paths.tidy(), departement or None):
        click.echo(f"{path}  {path.stat().st_size / 1000:.0f} ko")


@main.command()
@click.argument("names", nargs=-1)
@click.option("--raw", type=click.Path(path_type=Path), help="Dossier (défaut : data/raw).")
@click.option("--accept", is_flag=True, help="Accepte un fichier différent, si son contenu est bon.")
def fetch(names: tuple[str, ...], raw: Path | None, accept: bool) -> None:
    """Récupère les fichiers des producteurs, ou dit où les prendre et où les mettre."""
    known = catalogue().sources
    for name in names:
        if name not in known:
            raise _Mistake(unknown("La source", name, known))
    from qpvlib import fetching, paths

    folder = raw or paths.RAW
    lines, failed = fetching.fetch(list(names) or list(known), folder, accept)
    for line in lines:
        click.echo(line)
    sys.exit(1 if failed else 0)


@main.command()
@click.option("--raw", type=click.Path(path_type=Path), help="Vérifie aussi ces fichiers.")
def check(raw: Path | None) -> None:
    """Vérifie le catalogue, les tables et, avec --raw, les fichiers des producteurs."""
    if raw is not None and not raw.is_dir():
        raise _Mistake(f"le dossier « {raw} » n'existe pas.")
    from qpvlib import checking

    faults = checking.check(raw)
    for fault in faults:
        click.echo(f"- {fault}", err=True)
    known = catalogue()
    click.echo(
        f"{len(known.indicators)} indicateurs, {len(known.sources)} sources : "
        + (f"{len(faults)} défauts" if faults else "rien à signaler")
    )
    sys.exit(1 if faults else 0)


@main.command()
@click.argument("indicator")
def explain(indicator: str) -> None:
    """Explique un indicateur : définition, calcul, sources, années, bruit, réserves."""
    if indicator not in catalogue().indicators:
        raise _Mistake(unknown("L'indicateur", indicator, catalogue().indicators))
    from qpvlib import explaining

    click.echo(explaining.explain(indicator))


if __name__ == "__main__":
    main()
