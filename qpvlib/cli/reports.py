"""``qpv report``, ``compare``, ``publish``, ``diff``: the pages, built, sent, compared."""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qpvlib.catalogue import QpvError, unknown
from qpvlib.catalogue.faults import counted, named
from qpvlib.cli.french import PLACE, Command, Mistake, leave

if TYPE_CHECKING:
    from qpvlib.publishing.job import Outcome
    from qpvlib.publishing.ledger import Record
    from qpvlib.publishing.pools import Pool
    from qpvlib.publishing.site import Built

SITE = "site"  # in place of an edition: what the pages would say now


@click.command(cls=Command)
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--jobs", type=click.IntRange(1), help="Processus à la fois (défaut : les cœurs).")
@click.option("--scheduler", metavar="ADRESSE", help="Ordonnanceur Dask (tcp://hôte:8786).")
@click.option("--reports", type=PLACE, help="Dossier des pages.")
@click.option("--watch", is_flag=True, help="Reste ouvert, et refait ce qu'un changement touche.")
@click.option("--pdf", is_flag=True, help="Imprime aussi diagnostics, synthèse, feuille de route.")
@click.option(
    "--generation", type=click.Choice(["2015", "2024"]), default="2015",
    help="2024 : fait aussi les pages des périmètres de 2024 (QN…), ensuite tenues à jour.",
)  # fmt: skip
def report(
    codes: tuple[str, ...], jobs: int | None, scheduler: str | None, reports: Path | None,
    watch: bool, pdf: bool, generation: str,
) -> None:  # fmt: skip
    """Construit ce qui doit l'être (sans CODE : tout le site)."""
    _check_codes(codes)
    _refuse_together(jobs, scheduler, watch, pdf)
    later = generation == "2024"
    _refuse_later(later, codes, watch)
    if watch:
        _watch(list(codes), reports)
        return
    from qpvlib.project import current
    from qpvlib.publishing import manifest

    if not codes and not pdf and not later and manifest.settled(reports or current().reports):
        click.echo("Rien n'a changé : toutes les pages sont à jour.")
        return
    pool = _pool(jobs, scheduler)  # first: it imports while we do
    from qpvlib.publishing import site

    try:
        with _bar() as progress:
            built = site.build(list(codes), reports, pool, progress, pdf, later)
    except site.Busy as error:
        leave(str(error), 3)
    except site.Interrupted as error:
        leave(str(error), 130)
    _tell(built)
    if built.unprinted:
        leave(built.unprinted, 1)
    sys.exit(1 if built.failures or built.lacking else 0)


def _refuse_together(jobs: int | None, scheduler: str | None, watch: bool, pdf: bool) -> None:
    """Refuse the options that make no sense together."""
    if watch and (scheduler or jobs):
        raise Mistake("--watch fait les pages sur cette machine, sans --jobs ni --scheduler.")
    if watch and pdf:
        raise Mistake("--watch n'imprime pas : l'arrêter, puis qpv report --pdf.")
    if scheduler and jobs:
        raise Mistake("--jobs et --scheduler ne vont pas ensemble : les workers sont au cluster.")


def _refuse_later(later: bool, codes: tuple[str, ...], watch: bool) -> None:
    """Refuse what ``--generation 2024`` cannot do."""
    if later and codes:
        raise Mistake(
            "--generation 2024 fait toutes les pages. Une seule : qpv report et son code de 2024 "
            "(QN…), sans --generation."
        )
    if later and watch:
        raise Mistake("Faire d'abord qpv report --generation 2024 : --watch les tiendra à jour.")
    if later and not _of_2024():
        raise Mistake(
            "Les tables n'ont aucun périmètre de 2024 : la liste de correspondance des deux "
            "générations (anct_correspondance) ne couvre pas leur département."
        )


def _of_2024() -> list[dict[str, str]]:
    from qpvlib.project import current
    from qpvlib.tables import delimited

    return delimited.records(current().tidy / "neighbourhoods_2024.csv")


def _watch(codes: list[str], reports: Path | None) -> None:
    """Build after each change, until Ctrl-C; start again when the library itself changes."""
    import os

    from qpvlib.publishing import pools, site, watching

    pools.warm()
    try:
        for done, seconds in watching.builds(codes, reports):
            took = f"{seconds:.1f} s".replace(".", ",")
            click.echo(f"{datetime.now():%H:%M:%S} {_done(done)} ({took}). Ctrl-C pour arrêter.")
    except watching.Reprogrammed:
        click.echo("Le programme a changé : il redémarre.")
        pools.cool()
        os.execv(sys.executable, [sys.executable, "-m", "qpvlib.cli", *sys.argv[1:]])
    except (KeyboardInterrupt, site.Interrupted):
        click.echo("Arrêté : les pages faites restent.")


def _done(done: "Built | QpvError") -> str:
    """What a run of the watch did, in a line."""
    if isinstance(done, QpvError):
        return f"Erreur : {done}"
    for record in done.failures:
        _failed(record)
    _lacking(done)
    _removed(done)
    return named(done.made) if done.made else "Rien à refaire"


def _pool(workers: int | None, scheduler: str | None) -> "Pool":
    from qpvlib.publishing import cluster, pools

    if scheduler:
        pool = cluster.cluster(scheduler)
        for notice in pool.notices:
            click.echo(notice, err=True)
        return pool
    pools.warm()
    return pools.processes(workers)


def _tell(built: "Built") -> None:
    """What the run did, in a few lines."""
    for record in built.failures:
        _failed(record)
    _lacking(built)
    _removed(built)
    if built.spoilt:
        told = ", ".join(built.spoilt)
        click.echo(
            f"Absentes ou changées depuis leur construction : {told}. Les refaire : qpv report"
        )
    if built.warned:
        named = ", ".join(record.name for record in built.warned)
        click.echo(f"Avertissements : {named} (registre.html)")
    made, same = len(built.made), len(built.unchanged)
    detail = f" : {counted(made, 'construite')}, {counted(same, 'inchangée')}" if same else ""
    click.echo(f"{counted(made + same, 'page')} sur {built.total} dans {built.reports}{detail}")
    first = built.reports / "index.html"
    click.echo(f"À ouvrir : {first if first.exists() else built.reports}")
    size = f"{built.archive.stat().st_size / 1e6:.1f}".replace(".", ",")
    click.echo(f"À envoyer : {built.archive} ({size} Mo)")


def _removed(built: "Built") -> None:
    gone = [name for name in built.removed if name not in built.made]
    for name in gone:
        if not name.endswith(".pdf"):
            click.echo(f"Retirée : {name} (elle n'est plus du site)")
    if prints := sum(name.endswith(".pdf") for name in gone):
        told = "PDF retirés, car leur page a changé"
        click.echo(f"{told} : {prints}. Les imprimer de nouveau : qpv report --pdf")


def _lacking(built: "Built") -> None:
    """What pages could not show, each once, with the pages that say so."""
    pages: dict[str, list[str]] = {}
    for record in built.lacking:
        for line in record.lacks:
            pages.setdefault(line, []).append(record.name)
    for line, names in pages.items():
        click.echo(f"À compléter : {named(names)} : {line}", err=True)


def _failed(record: "Record") -> None:
    where = f", cellule {record.cell}" if record.cell is not None else ""
    click.echo(f"Échec : {record.name}{where} : {record.cause}", err=True)


def _check_codes(codes: tuple[str, ...]) -> list[str]:
    """Their codes of 2015, or of 2024 where none precedes; unknown ones are refused, before pandas
    is imported.
    """
    from qpvlib.project import current
    from qpvlib.tables import delimited

    place = current().tidy / "neighbourhoods.csv"
    rows = delimited.records(place)
    if not rows:
        raise QpvError(f"Table {place} absente. La construire : qpv build --raw DOSSIER")
    if not {"code", "successor", "name", "departement"} <= set(rows[0]):
        raise QpvError(f"Table {place} abîmée. Voir : qpv check. La refaire : qpv build")
    known = {row["code"]: row["code"] for row in _of_2024()}
    known |= {row[key]: row["code"] for key in ("successor", "code") for row in rows if row[key]}
    names = {row["code"]: row["name"] for row in rows}
    for code in codes:
        if code.upper() not in known:
            if elsewhere := _elsewhere(code, rows):
                raise Mistake(elsewhere)
            listing = f"Liste des {len(rows)} : qpv list"
            message = unknown("Le quartier", code, sorted(known), listing)
            for found, name in names.items():
                message = message.replace(f"« {found} »", f"{found} ({name})")
            raise Mistake(message)
    return [known[code.upper()] for code in codes]


def _elsewhere(code: str, rows: list[dict[str, str]]) -> str:
    """What to do of a code of a département that the tables do not have; empty for another."""
    named = re.fullmatch(r"Q(?:P(\w{3})\d{3}|N(\w{3})\d{2}[A-Z])", code.upper())
    departement = (named[1] or named[2]).removeprefix("0") if named else ""
    known = sorted({row["departement"] for row in rows})
    if not departement or departement in known:
        return ""
    return (
        f"Le code « {code} » est du département {departement}, et les tables sont de : "
        f"{', '.join(known)}. Construire celles des deux : qpv build --raw DOSSIER "
        f"{' '.join(f'--departement {d}' for d in (*known, departement))} --tidy MES-TABLES ; "
        "puis QPV_TIDY=MES-TABLES."
    )


@click.command(cls=Command)
@click.argument("a", metavar="CODE")
@click.argument("b", metavar="CODE")
@click.option("--reports", type=PLACE, help="Dossier des pages (défaut : reports).")
def compare(a: str, b: str, reports: Path | None) -> None:
    """Construit la page de deux quartiers, côte à côte."""
    one, other = _check_codes((a, b))
    if one == other:
        raise Mistake(f"« {a} » et « {b} » sont le même quartier : il en faut deux.")
    from qpvlib.publishing import demand, jobs

    for place in demand.build([jobs.side_by_side(one, other)], reports):
        click.echo(f"À ouvrir : {place}")


@contextmanager
def _bar() -> Iterator[Callable]:
    """Progress bar: neighbourhood, n/total, elapsed; plain lines where there is no terminal."""
    from tqdm import tqdm

    shape = "{desc:<46.46} {bar} {n_fmt}/{total_fmt} · {elapsed}"
    with tqdm(total=1, bar_format=shape, desc="Préparation", file=sys.stderr) as bar:

        def progress(outcome: "Outcome", done: int, total: int) -> None:
            bar.total = total
            bar.set_description_str(outcome.job.name, refresh=False)
            bar.update(done - bar.n)

        yield progress


@click.command(cls=Command)
@click.argument("target", metavar="DEST", type=PLACE)
@click.option("--reports", type=PLACE, help="Dossier des pages.")
@click.option(
    "--accept-failures",
    "accepted",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Nombre exact de pages en échec que l'on accepte de publier ainsi.",
)
@click.option(
    "--edition", is_flag=False, flag_value="", default=None, metavar="[DATE]",
    help="Garde ce que les pages disent, pour dire ensuite ce qui change (défaut : aujourd'hui).",
)  # fmt: skip
def publish(target: Path, reports: Path | None, accepted: int, edition: str | None) -> None:
    """Copie le site fini dans DEST, sans toucher à ce qui n'est pas de lui, ou dit pourquoi non."""
    from qpvlib.project import current
    from qpvlib.publishing import keeping, sending, site

    reports = reports or current().reports
    day = None if edition is None else edition or f"{datetime.now():%Y-%m-%d}"
    if day is not None:
        keeping.refuse(reports, day)
    try:
        sent = sending.publish(reports, target, accepted)
    except site.Interrupted as error:
        leave(str(error), 130)
    click.echo(f"{counted(sent.pages, 'page')} dans {target}")
    if sent.removed:
        click.echo(f"Retirées, le site ne les a plus : {', '.join(sent.removed)}")
    if sent.others:
        click.echo(f"D'une autre origine, gardé : {counted(sent.others, 'fichier')}.")
    if day is not None:
        click.echo(f"Édition du {day} : {keeping.keep(reports, day)}")


@click.command(cls=Command)
@click.argument("old", metavar="ANCIENNE")
@click.argument("new", metavar="NOUVELLE")
def diff(old: str, new: str) -> None:
    """Dit ce qui diffère entre deux éditions, ou d'une édition à « site », ce qu'il dirait ici."""
    from qpvlib.roadmap import differences, published
    from qpvlib.tables import sealing

    known = published.dates()
    for name in (old, new):
        if name not in (SITE, *known):
            listing = f"Il y a : {', '.join([*known, SITE])}."
            raise Mistake(unknown("L'édition", name, [*known, SITE], listing))
    sealing.require()
    both = (published.present() if name == SITE else published.read(name) for name in (old, new))
    found = differences.between(*both)
    if not found:
        click.echo("Rien n'a changé.")
        return
    click.echo(f"De {old} à {new} : {counted(len(found), 'changement')}")
    for one in found:
        click.echo(f"- {one.said()}")
