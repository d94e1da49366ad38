"""Every command and every example of the documents is run, or says why it cannot be."""

import doctest
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from fences import COMMANDS, SHOWN, dialogue, documents, fences
from raw import NO_REAL, REAL

from qpvlib import cli
from qpvlib.project import Project, current
from qpvlib.tables import founding

ROOT = current().root
PAGES = documents(ROOT)
BLOCKS = [block for page in PAGES for block in fences(ROOT, page)]
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SAME = doctest.OutputChecker()
EMBEDDED = ("data", "notebooks", "docs", "qpvlib", "examples", "requirements")


def of(kind):
    return [page for page in PAGES if any(getattr(b, kind) for b in BLOCKS if b.page == page)]


def same(expected, got):
    return SAME.check_output(expected, got, LOOSE)


# --- what a block says of itself -----------------------------------------------------------------


def test_every_block_has_a_language_that_is_run_or_shown():
    assert [str(b) for b in BLOCKS if b.language not in COMMANDS + SHOWN] == []


def test_a_block_that_is_not_run_says_why_and_they_are_counted():
    unrun = [b for b in BLOCKS if b.mark == "no-run"]
    assert [str(b) for b in unrun if len(b.told) < 15] == []
    assert [str(b) for b in BLOCKS if b.mark and b.language not in COMMANDS] == []
    assert Counter(b.page.rpartition("/")[2] for b in unrun) == {
        "CONTRIBUTING.md": 2, "README.md": 1, "premier-jour.md": 2, "installer.md": 2, "lot.md": 1,
        "tables.md": 1, "actions.md": 1,
    }  # fmt: skip


def test_a_line_of_a_block_is_not_cut_on_a_screen():
    typed = [b for b in BLOCKS if b.language != "toml"]
    lines = {line: str(b) for b in typed for line in b.text.splitlines()}
    assert [where for line, where in lines.items() if len(line) > 89] == []


def test_a_block_run_elsewhere_or_later_says_where():
    run = [b for b in BLOCKS if b.mark == "run"]
    for block in run:
        if block.long:
            assert block.told in ("long", "browser", "raw"), str(block)
        else:
            assert Path(block.page).name in (ROOT / block.told).read_text("utf-8"), str(block)


def test_what_is_shown_in_toml_is_toml():
    for block in BLOCKS:
        if block.language == "toml":
            assert tomllib.loads(block.text)


# --- quick: in this process, one project for all -------------------------------------------------


def copied(folder):
    """The project alone, as it is cloned, in a folder."""
    for name in EMBEDDED:
        skip = shutil.ignore_patterns("__pycache__", "raw", "register", "decisions", "editions")
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    carried = [ROOT / name for name in founding.CARRIED if (ROOT / name).is_file()]
    for path in (*ROOT.glob("*.md"), *carried):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    return copied(tmp_path_factory.mktemp("clone") / "projet")


def typed(line):
    """What the command shows, and its code."""
    words = shlex.split(line, comments=True)
    assert words[0] == "qpv", "à marquer « run: long » : seul qpv se joue ici"
    done = CliRunner().invoke(cli.main, words[1:])
    return done.output, done.exit_code


def shown(block):
    """Commands with what they show; a refusal shows « Erreur »."""
    for line, expected in dialogue(block.text):
        output, code = typed(line)
        assert same(expected, output), f"{block} : {line}\n{output}"
        assert (code != 0) == ("Erreur" in expected), f"{block} : {line} : code {code}"


def told(block, names):
    """Examples of Python: with what they show, or run only."""
    if ">>>" not in block.text:
        exec(compile(block.text, str(block), "exec"), names)
        return
    example = doctest.DocTestParser().get_doctest(block.text, names, str(block), block.page, 0)
    said = []
    doctest.DocTestRunner(optionflags=LOOSE).run(example, out=said.append, clear_globs=False)
    assert said == []
    names |= example.globs


@pytest.mark.parametrize("page", of("quick"))
def test_the_quick_blocks_of_a_page_run_in_its_order(page, clone, monkeypatch):
    import matplotlib.pyplot as plt

    monkeypatch.chdir(clone)
    names = {}
    with Project.at(clone).opened():
        for block in (b for b in BLOCKS if b.page == page and b.quick):
            if block.language == "python":
                told(block, names)
            elif block.language == "console":
                shown(block)
            else:
                for line in filter(None, block.text.splitlines()):
                    output, code = typed(line)
                    assert code == 0, f"{block} : {line}\n{output}"
    plt.close("all")


# --- long: a page from top to bottom, as it is typed ----------------------------------------------


@pytest.fixture
def terminal(site, tmp_path):
    """Run a line in a clone whose pages are built: what it shows, and its code."""
    folder = copied(tmp_path / "projet")
    shutil.copytree(site, folder / "reports")
    archive = site.with_name(f"{site.name}.zip")
    shutil.copy(archive, folder / "reports.zip")
    if REAL.is_dir():
        (folder / "data" / "raw").symlink_to(REAL.resolve())
    command = tmp_path / "bin" / "qpv"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m qpvlib.cli "$@"\n')
    command.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QPV_")}
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    there = kept | {"PATH": path, "PYTHONPATH": str(folder)}

    def run(text):
        done = subprocess.run(
            ["bash", "-euc", text], cwd=folder, env=there, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return done.stdout, done.returncode

    return run


def missing(block):
    """Why a long block cannot be run on this machine."""
    return NO_REAL if block.told == "raw" and not REAL.is_dir() else ""


@pytest.mark.acceptance
@pytest.mark.parametrize("page", of("long"))
def test_the_commands_of_a_page_run_as_typed(page, terminal, request):
    skipped = []
    for block in (b for b in BLOCKS if b.page == page and (b.quick or b.long)):
        if block.told == "browser":
            request.getfixturevalue("program")
        if reason := missing(block):
            skipped.append(f"{block} : {reason}")
        elif block.language == "console":
            for line, expected in dialogue(block.text):
                output, code = terminal(line)
                assert same(expected, output), f"{block} : {line}\n{output}"
                assert (code != 0) == ("Erreur" in expected), f"{block} : {line} : code {code}"
        elif block.language == "sh":
            output, code = terminal(block.text)
            assert code == 0, f"{block}\n{output}"
    if skipped:
        pytest.skip("\n".join(skipped))
