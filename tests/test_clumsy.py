"""What a clumsy hand gives the commands: one answer in French, its remedy, and no trace."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import registers
from click.testing import CliRunner

from qpvlib.cli import main
from qpvlib.project import HERE, Project, current
from qpvlib.publishing import proof
from qpvlib.tables import writing

BOM = b"\xef\xbb\xbf"
FOLDER = None  # in place of a file
FILE = "un fichier est à la place d'un dossier"
ENGLISH = re.compile(r"Traceback|\[Errno|No such|Is a dir|codec|Expecting|Error\b")


@pytest.fixture
def project(tmp_path, opened, monkeypatch):
    """A project of the user's own, in which the command runs: its tables apart, all is there."""
    root = tmp_path / "projet"
    for name in ("catalogue", "actions"):
        shutil.copytree(current().root / "data" / name, root / "data" / name)
    monkeypatch.chdir(tmp_path)
    return opened(Project.at(root, tidy=current().tidy, trace="1"))


def given(root, files):
    """Files as someone left them; « None » for a folder."""
    for name, content in files.items():
        place = root / name
        if place.is_file():
            place.unlink()
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir() if content is FOLDER else place.write_bytes(content)


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)
RULES, SCHEMA = "projet/data/catalogue/rules.toml", "projet/data/actions/schema.json"
HOME = "projet/data/catalogue/territory.toml"
OWN, DECIDED = "projet/data/register/", "projet/data/decisions/"
EXPLAIN, DOC = ["explain", "taux_pauvrete"], ["actions", "doc"]
IMPORT, DECIDE = ["actions", "import", "f.csv"], ["decide", "--import", "f.xlsx"]
NAME = ["actions", "name", "01234567", "structure"]
SIGN = ["sign", "index.html", "--reviewed", "--function", "Chef", "--reports", "r"]
EXPORT, PLAN = ["decide", "--export", "d.xlsx"], ["summer", "plan", "--partners", "f.csv"]
CASES = [
    (EXPLAIN, {RULES: b"[x"}, "rules.toml, ligne 1 : ce n'est pas du TOML (crochet"),
    (EXPLAIN, {RULES: b"[a]\nb = 1 2\n"}, "rules.toml, ligne 2, caractère 7 : ce n'est pas"),
    (EXPLAIN, {RULES: b"# \xe9"}, "rules.toml, ligne 1 : pas en UTF-8 (octet 0xE9)"),
    (EXPLAIN, {RULES: "x = 1".encode("utf-16")}, "pas en UTF-8 (octet 0xFF)"),
    (EXPLAIN, {RULES: b"x = " + b"1" * 5000}, "ce n'est pas du TOML"),
    (EXPLAIN, {RULES: b"x = " + b"[" * 5000}, "ce n'est pas du TOML"),
    (EXPLAIN, {RULES: b"x = 1"}, "rules.toml : « x » hors de toute section"),
    (EXPLAIN, {RULES: b""}, "rules.toml : la règle « noise_rank » n'existe pas. La déclarer."),
    (EXPLAIN, {RULES: FOLDER}, "rules.toml : un dossier est à la place d'un fichier."),
    (EXPLAIN, {HOME: b"territory = [1]"}, "une table est attendue"),
    (DOC, {SCHEMA: b"{"}, "schema.json : ce n'est pas du JSON en UTF-8. Reprendre"),
    (IMPORT, {}, "Le fichier « f.csv » n'existe pas."),
    (IMPORT, {"f.csv": FOLDER}, "Le fichier « f.csv » n'existe pas."),
    (IMPORT, {"f.csv": b""}, "le fichier est vide"),
    (IMPORT, {"f.csv": bytes(3)}, "des octets nuls"),
    (IMPORT, {"f.csv": b"%PDF-1.4"}, "un document PDF"),
    (IMPORT, {"f.csv": LOCKED}, "protégé"),
    (IMPORT, {"f.csv": registers.text([registers.row()]).encode(), OWN[:-1]: b"x"}, "registre"),
    (DECIDE, {"f.xlsx": b"bonjour"}, "ce n'est pas un classeur .xlsx ou .ods lisible"),
    (DECIDE, {"f.xlsx": b"PK\x03\x04"}, "classeur illisible, coupé ou protégé"),
    (DECIDE, {"f.xlsx": FOLDER}, "Le classeur « f.xlsx » n'existe pas."),
    (PLAN, {"f.csv": b""}, "le fichier est vide"),
    (["summer", "answers", "f.docx"], {"f.docx": b"PK"}, "un fichier Word illisible"),
    (EXPORT, {DECIDED + "terrain.toml": b"answer = 1"}, "chaque réponse s'ouvre par [[answer]]"),
    (["decide", "--export", "f/d.xlsx"], {"f": b""}, FILE),
    (["decide", "--export", "d" * 300 + ".xlsx"], {}, "nom trop long"),
    (["actions", "template", "f"], {"f": b""}, FILE),
    (["actions", "template", "projet/data/actions"], {}, "c'est le même fichier"),
    (NAME, {OWN + "synonymes.toml": b"[x"}, "synonymes.toml, ligne 1 : ce n'est pas du TOML"),
    (NAME, {OWN + "synonymes.toml": b"\xff"}, "synonymes.toml, ligne 1 : pas en UTF-8"),
    (NAME, {OWN + "synonymes.toml": b"noms = 1"}, "« noms » n'est pas une section"),
    (["actions", "history"], {OWN + "historique.csv": b"\xff\xfea"}, "abîmé, ou d'une autre forme"),
    (["summer", "export", "o.csv"], {OWN + "registre.csv": b""}, "registre.csv abîmé"),
    (["summer", "export", "o.csv"], {OWN + "registre.csv": FOLDER}, "registre.csv : un dossier"),
    (SIGN, {"r": b""}, "La page « index.html » n'existe pas."),
    (SIGN, {"r/index.html": FOLDER}, "La page « index.html » n'existe pas."),
    (["publish", "d", "--reports", "r"], {"r": b""}, "Aucune page construite dans r."),
    (["publish", "d", "--reports", "r"], {"r/run.jsonl": b"\xff\xfe"}, "D'abord : qpv report"),
    (["check", "f"], {"f": b""}, "« f » n'est pas un dossier."),
    (["fetch", "--raw", "f"], {"f": b""}, "« f » n'est pas un dossier."),
    (["compare", "QP045010", "QP045012", "--reports", "f"], {DECIDED[:-1]: b""}, FILE[:27]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "files", "said"), CASES, ids=range(len(CASES)))
def test_a_clumsy_hand_is_answered_in_french(project, tmp_path, words, files, said):
    given(tmp_path, files)
    done = CliRunner().invoke(main, words)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (1, 2)
    assert done.stderr.startswith("Erreur : ")
    assert said in done.stderr
    assert not ENGLISH.search(done.stderr.replace("d" * 300, ""))


@pytest.mark.parametrize("change", [
    lambda text: BOM + text, lambda text: text.replace(b"\n", b"\r\n"), lambda text: text + b"\n\n",
])  # fmt: skip
def test_a_mark_or_the_ends_of_lines_of_windows_change_nothing(project, tmp_path, change):
    place = tmp_path / RULES
    with Project.at(HERE).opened():
        before = CliRunner().invoke(main, EXPLAIN).output
    place.write_bytes(change(place.read_bytes()))
    given(tmp_path, {"f.csv": change(registers.text([registers.row()]).encode())})
    assert CliRunner().invoke(main, EXPLAIN).output == before
    assert "1 action lue." in CliRunner().invoke(main, IMPORT).output
    given(tmp_path, {OWN + "synonymes.toml": change(b"# a\n[noms]\n")})
    assert CliRunner().invoke(main, NAME).exit_code == 0
    assert "# a" in (tmp_path / OWN / "synonymes.toml").read_text("utf-8")


@pytest.mark.parametrize("content", [b"", b"\xff<p>", b"<?xml version='1.0' encoding='a'?><p>"])
def test_a_spoilt_page_is_a_defect(tmp_path, content):
    from qpvlib.publishing import jobs

    (tmp_path / "index.html").write_bytes(content)
    (told,) = proof.page_defects(tmp_path, jobs.index())
    assert told.startswith("index.html : ")
    assert told.endswith("La reconstruire : qpv report")


def test_every_refusal_of_the_system_is_in_french():
    english = set(map(os.strerror, errno.errorcode))
    for number in errno.errorcode:
        told = writing.reason(OSError(number, os.strerror(number)))
        assert told not in english
        assert re.fullmatch(r"refus du système \([A-Z0-9]+\)|[a-zàâéèêîôûç ',]+", told), told


def raising(monkeypatch, error):
    """« qpv explain », of which a library fails."""

    def fails(_code):
        raise error

    monkeypatch.setattr("qpvlib.diagnosis.explaining.explain", fails)
    return CliRunner().invoke(main, EXPLAIN)


@pytest.mark.parametrize(("error", "code", "said"), [
    (MemoryError(), 1, "mémoire insuffisante"), (KeyboardInterrupt(), 130, "Interrompu."),
    (OSError(errno.EMFILE, "Too many open files"), 1, "trop de fichiers ouverts."),
    (KeyError("Marie Exemple"), 70, "inattendue, KeyError (tables.py, ligne "),
    (RecursionError("maximum"), 70, "inattendue, RecursionError"),
    (BrokenPipeError(errno.EPIPE, "Broken pipe"), 1, ""),
])  # fmt: skip
def test_what_a_library_raises_is_one_line(opened, monkeypatch, error, code, said):
    opened(trace="")
    done = raising(monkeypatch, error)
    assert done.exit_code == code
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == bool(said)
    assert "Exemple" not in done.stderr


def test_a_trace_is_shown_whole_when_asked(opened, monkeypatch):
    opened(trace="1")
    assert isinstance(raising(monkeypatch, KeyError("x")).exception, KeyError)


@pytest.mark.skipif(os.name != "posix", reason="tubes et signaux de POSIX")
def test_a_reader_that_leaves_is_no_error():
    words = f"{sys.executable} -m qpvlib.cli explain --all | head -1"
    done = subprocess.run(words, shell=True, capture_output=True, text=True)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full est absent")
def test_a_screen_that_refuses_is_told_once():
    words = f"{sys.executable} -m qpvlib.cli list > /dev/full"
    done = subprocess.run(words, shell=True, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "Erreur : lecture ou écriture : disque plein.\n")
    done = subprocess.run(f"{sys.executable} -m qpvlib.cli list x 2> /dev/full", shell=True)
    assert done.returncode == 2


STUBBORN = """
import os, signal, sys, time
from qpvlib import cli
from qpvlib.diagnosis import explaining
def explain(code):
    try:
        print("prêt", flush=True)
        time.sleep(60)
    finally:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        print("rangé", flush=True)
explaining.explain = explain
cli.main(["explain", "taux_pauvrete"])
"""


@pytest.mark.skipif(os.name != "posix", reason="signaux de POSIX")
def test_a_second_ctrl_c_lets_the_command_tidy():
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", STUBBORN], **pipes) as process:
        assert process.stdout.readline() == "prêt\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (out, err.strip(), process.returncode) == ("rangé\n", "Erreur : Interrompu.", 130)


def test_ctrl_c_is_as_it_was_after_a_command_and_left_alone_elsewhere():
    before = signal.getsignal(signal.SIGINT)
    CliRunner().invoke(main, EXPLAIN)
    assert signal.getsignal(signal.SIGINT) is before
    told = []
    thread = threading.Thread(target=lambda: told.append(CliRunner().invoke(main, ["--version"])))
    thread.start()
    thread.join()
    assert told[0].exit_code == 0
