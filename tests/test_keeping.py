"""``qpv publish --edition``: kept whole, once, of pages that say what the tables give, or not."""

import csv
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta

import facts
import pytest
from click.testing import CliRunner
from reading import plain

from qpvlib import cli
from qpvlib.publishing import ledger, manifest
from qpvlib.roadmap import published
from qpvlib.roadmap.published import COLUMNS

DAY = "2026-01-15"
TOMORROW = f"{date.today() + timedelta(days=1)}"


@pytest.fixture
def reports(site, tmp_path, opened):
    """A copy of the site, and a project that has no edition yet."""
    shutil.copytree(site, tmp_path / "site")
    shutil.copy(manifest.archive_of(site), manifest.archive_of(tmp_path / "site"))
    opened(decisions=tmp_path / "data" / "decisions")
    return tmp_path / "site"


def publish(reports, *words):
    target = str(reports.parent / "en-ligne")
    done = CliRunner().invoke(cli.main, ["publish", target, "--reports", str(reports), *words])
    return done.exit_code, plain(done.output)


def held(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_an_edition_holds_what_the_pages_say_and_is_made_once(reports):
    folder = reports.parent / "data" / "editions" / DAY
    code, told = publish(reports, "--edition", DAY)
    assert (code, told.splitlines()[-1][-len(DAY) :]) == (0, DAY)
    kept = held(folder)
    assert set(kept) == {*(f"{name}.csv" for name in COLUMNS), "SHA256SUMS"}
    assert sum(map(len, kept.values())) < 600_000
    summed = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True)
    assert summed.returncode == 0
    told = {(r["area"], r["indicator"], r["year"]): r for r in rows(folder, "figures")}
    one = facts.own("QP045010", "taux_pauvrete")
    assert told["QP045010", "taux_pauvrete", str(one.year)]["value"] == f"{one.value:.1f}"
    pages = {row["page"]: row for row in rows(folder, "pages")}
    index = (reports / "index.html").read_bytes()
    assert pages["index.html"]["checksum"] == manifest.checksum(index)
    assert {row["state"] for row in pages.values()} == {"draft"}
    code, told = publish(reports, "--edition", DAY)
    assert (code, held(folder)) == (1, kept)
    assert f"L'édition du {DAY} existe déjà" in told


REFUSED = {
    "hier": "« hier » n'est pas la date d'une édition",
    "2026-02-30": "« 2026-02-30 » n'est pas la date",
    TOMORROW: f"Date {TOMORROW} dans le futur",
    "2026-01-14": f"L'édition du {DAY} est plus récente",
}


@pytest.mark.parametrize("given", REFUSED)
def test_what_is_no_date_of_an_edition_is_refused_before_anything_is_published(reports, given):
    (reports.parent / "data" / "editions" / DAY).mkdir(parents=True)
    code, told = publish(reports, "--edition", given)
    assert (code, REFUSED[given] in told) == (1, True), told
    assert not (reports.parent / "en-ligne").exists()
    assert published.dates() == [DAY]


def test_pages_of_another_state_of_the_tables_are_no_edition(reports, opened):
    opened(scheme="locales_2024_2030")
    code, told = publish(reports, "--edition", DAY)
    assert code == 1
    assert "d'un autre état des tables. Reconstruire d'abord : qpv report" in told
    assert published.dates() == []


def test_an_edition_has_the_pages_in_failure_that_are_accepted_and_no_other(reports):
    records = ledger.read(reports)
    failed = replace(records["synthese.html"], state="failed", page="")
    ledger.rewrite(reports, (records | {failed.file: failed}).values())
    left = manifest.read(reports)
    told = {ledger.NAME: manifest.checksum((reports / ledger.NAME).read_bytes())}
    manifest.keep(reports, {name: sum_ for name, (_, sum_) in left.files.items() if name} | told)
    code, said = publish(reports, "--edition", DAY)
    assert (code, "1 page (Synthèse) en échec" in said, published.dates()) == (1, True, [])
    assert publish(reports, "--edition", DAY, "--accept-failures", "1")[0] == 0
    assert published.dates() == [DAY]


def test_without_a_date_it_is_today_s(reports):
    code, _ = publish(reports, "--edition")
    assert (code, published.dates()) == (0, [f"{date.today()}"])


@pytest.mark.acceptance
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL de POSIX")
@pytest.mark.parametrize("after", [0, 4, len(COLUMNS) + 1])
def test_killed_midway_there_is_no_half_edition(reports, after):
    program = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from qpvlib.publishing import keeping\n"
        "left = [int(sys.argv[2])]\n"
        "def killing(real):\n"
        "    def done(*given, **named):\n"
        "        left[0] -= 1\n"
        "        if left[0] < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return real(*given, **named)\n"
        "    return done\n"
        "os.replace, os.rename = killing(os.replace), killing(os.rename)\n"
        "keeping.keep(Path(sys.argv[1]), sys.argv[3])\n"
    )
    words = [sys.executable, "-c", program, str(reports), str(after), DAY]
    environ = os.environ | {"QPV_DECISIONS": str(reports.parent / "data" / "decisions")}
    assert subprocess.run(words, env=environ).returncode == -signal.SIGKILL
    folder = reports.parent / "data" / "editions"
    assert [path.name[:10] for path in folder.iterdir()] == [".en-cours-"]
    assert published.dates() == []
    assert publish(reports, "--edition", DAY)[0] == 0
    assert [path.name for path in folder.iterdir()] == [DAY]
