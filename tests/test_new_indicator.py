"""CONTRIBUTING's worked example: the section as printed, its commands, the pages they give."""

import csv
import os
import re
import shlex
import shutil
import subprocess
import sys

import facts
import pytest
import raw
import reading
from facts import PLACES

from qpvlib.project import HERE, current, forget
from qpvlib.tables import construction
from qpvlib.tables.construction import partial, statistics

TEXT = (HERE / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLE = re.search(r"^## Ajouter un indicateur\n(.*?)^## ", TEXT, re.M | re.S)[1]
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", EXAMPLE, re.M | re.S)
(ENTRY,) = (block for language, block in BLOCKS if language == "toml")
COMMANDS = [
    shlex.split(line) for language, b in BLOCKS if language == "sh" for line in b.splitlines()
]
FILE = re.search(r"`(data/catalogue/indicators-[\w-]+\.toml)`, la section", EXAMPLE)[1]
LABEL = re.search(r'^label = "(.*)"', ENTRY, re.M)[1]
CODE = re.search(r"^\[(\w+)\]", ENTRY, re.M)[1]


def added(project):
    """The section at the end of its file, as the document asks."""
    with (project / FILE).open("a", encoding="utf-8") as stream:
        stream.write(f"\n{ENTRY}")


def test_the_example_is_one_section_and_the_commands_that_the_task_needs():
    assert [words[:2] for words in COMMANDS] == [
        ["qpv", "try"], ["qpv", "build"], ["qpv", "check"], ["qpv", "report"]
    ]  # fmt: skip
    assert all(CODE in words for words in COMMANDS[:2])


def test_the_example_on_invented_files_reaches_two_pages(tmp_path, monkeypatch, opened):
    from qpvlib.publishing import batch, jobs, pools
    from qpvlib.tables.areas import neighbourhood

    monkeypatch.setattr(statistics, "FEWEST", len(raw.METROPOLITAN))
    files = raw.make(tmp_path)
    for folder in ("notebooks", "data/actions"):
        shutil.copytree(HERE / folder, tmp_path / folder)
    project = opened(files.project)
    construction.build(files.raw, files.tidy)
    added(tmp_path)
    forget()
    partial.rebuild(files.raw, files.tidy, [CODE])
    forget()
    with project.opened():
        wanted = [jobs.diagnosis(neighbourhood(code)) for code in raw.LOIRET[:2]]
        outcomes = list(batch.run(wanted, pools.processes()))
    for outcome in outcomes:
        assert not outcome.failed, outcome.cause
        (tmp_path / outcome.job.file).write_bytes(outcome.html)
        rows = reading.Page(tmp_path / outcome.job.file).table("Population et familles").by_head
        assert [row.cells for head, row in rows.items() if LABEL in head]


# --- on the producers' files ---------------------------------------------------------------------


def counts():
    """Couples without children and households of each neighbourhood, from the latest file."""
    with (raw.REAL / "insee/qpv_thematique/DEMO_2022.csv").open(encoding="utf-8-sig") as stream:
        rows = {row["CODGEO"]: row for row in csv.DictReader(stream, delimiter=";")}
    return {
        code: tuple(int(re.sub(r"\D", "", rows[code][c])) for c in ("ACSSENF", "A"))
        for code in PLACES
    }


@pytest.mark.acceptance
@pytest.mark.skipif(not raw.REAL.is_dir(), reason=raw.NO_REAL)
def test_the_example_as_printed_reaches_the_nineteen_pages(tmp_path):
    for folder in ("notebooks", "data"):
        shutil.copytree(current().root / folder, tmp_path / folder)
    added(tmp_path)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("QPV_")}
    environment |= {"QPV_ROOT": str(tmp_path), "PYTHONPATH": str(HERE)}
    said = {}
    for words in COMMANDS:
        words = [str(raw.REAL) if word == "DOSSIER" else word for word in words]
        command = [sys.executable, "-m", "qpvlib.cli", *words[1:]]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, (words, done.stderr, done.stdout)
        said[words[1]] = done.stdout
    assert (tmp_path / "build/essai.png").read_bytes().startswith(b"\x89PNG")
    tried = reading.plain(said["try"].replace("\n", " | "))
    for code, (part, whole) in counts().items():
        percent = f"{100 * part / whole:.1f}".replace(".", ",") + " %"
        assert re.search(rf"\| {code} {re.escape(PLACES[code].name)} {percent}", tried), code
        page = reading.page(tmp_path / "reports" / f"{code.lower()}-{PLACES[code].slug}.html")
        table = page.table("Population et familles")
        (row,) = (row for row in table.rows if row.head.startswith(LABEL))
        shown = row.cells[table.columns[1]]
        assert shown == f"{percent} {part} des {facts.french(whole)}"
        assert any(LABEL in words and "par ordre" not in words for words in page.prose), code
