"""``qpv report``: the pages."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qpvlib.catalogue import QpvError, unknown
from qpvlib.cli.french import Command, Mistake

if TYPE_CHECKING:
    from qpvlib.publishing.batch import Outcome


@click.command(cls=Command)
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
            raise Mistake(message)


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
