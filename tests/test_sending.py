"""Publication: what was published is replaced, what others put there never is."""

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import GIEN, HAMEAU, of_gien

from qpvlib.catalogue import QpvError
from qpvlib.publishing import ledger, manifest, sending

FIRST = {"index.html": "accueil", "a.html": "A", "vieille.html": "V", "donnees/objectifs.csv": "x"}
SECOND = {"index.html": "accueil 2", "a.html": "A", "neuve.html": "N"}


def made(reports, files):
    """A built site of these files, with its ledger, its archive and what its run left."""
    for name, content in files.items():
        (reports / name).parent.mkdir(parents=True, exist_ok=True)
        (reports / name).write_text(content)
    sums = {name: manifest.checksum(content.encode()) for name, content in files.items()}
    records = [ledger.Record(n, "D45", n, "published", page=sum_) for n, sum_ in sums.items()]
    ledger.rewrite(reports, records)
    told = {ledger.NAME: manifest.checksum((reports / ledger.NAME).read_bytes())}
    manifest.archive_of(reports).write_bytes(b"archive")
    manifest.keep(reports, sums | told)
    return reports


@pytest.fixture
def first(tmp_path):
    return made(tmp_path / "un", FIRST)


@pytest.fixture
def second(tmp_path):
    return made(tmp_path / "deux", SECOND)


@pytest.fixture
def target(tmp_path, first):
    """A folder where the first site was published."""
    sending.publish(first, tmp_path / "site")
    return tmp_path / "site"


def held(folder):
    """Every file of a folder, its list apart, with its content; a link with where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file() and name != sending.MARK:
            found[name] = path.read_bytes().decode()
    return found


def stopped(monkeypatch, after, error):
    """Let some files be put in place, then stop."""
    real, left = os.replace, [after]

    def replace(*given, **named):
        left[0] -= 1
        if left[0] < 0:
            raise error
        return real(*given, **named)

    monkeypatch.setattr(os, "replace", replace)


# --- what is replaced ----------------------------------------------------------------------------


def test_a_publication_replaces_what_was_published_and_tells_what_it_removed(target, second):
    (target / "notes.txt").write_text("à quelqu'un")
    (target / "photos").mkdir()
    (target / "photos" / "a.jpg").write_text("photo")
    sent = sending.publish(second, target)
    assert sent == sending.Sent(3, ("donnees/objectifs.csv", "vieille.html"), 2)
    assert held(target) == {**SECOND, "notes.txt": "à quelqu'un", "photos/a.jpg": "photo"}
    assert not (target / "donnees").exists()


def test_the_same_site_twice_changes_nothing(target, first):
    before = held(target), (target / sending.MARK).read_text()
    assert sending.publish(first, target) == sending.Sent(4, (), 0)
    assert (held(target), (target / sending.MARK).read_text()) == before


def test_a_page_removed_by_hand_is_published_again(target, first):
    (target / "a.html").unlink()
    sending.publish(first, target)
    assert held(target) == FIRST


@pytest.mark.parametrize("name", ["index.html", "vieille.html", "neuve.html"])
def test_a_page_modified_since_or_a_file_of_its_name_is_named_and_stays(target, second, name):
    (target / name).write_text("à moi")
    before = held(target)
    with pytest.raises(QpvError, match=rf"Rien n'a changé.* {name} \(.*ailleurs, ou les supprimer"):
        sending.publish(second, target)
    assert held(target) == before


@pytest.mark.parametrize("put", [
    lambda place: place.mkdir(), lambda place: place.symlink_to("../ailleurs/neuve.html"),
    lambda place: os.mkfifo(place),
])  # fmt: skip
def test_what_is_no_file_at_the_name_of_a_page_is_not_ours(target, second, put):
    put(target / "neuve.html")
    with pytest.raises(QpvError, match=r"neuve\.html"):
        sending.publish(second, target)


@pytest.mark.parametrize("mark", [
    None, "Site publié par qpv publish.", "", "{}", "[]", "[" * 100_000, b"\xff\xfe", "folder",
    {"../x": ["?"]}, {"/etc/x": ["?"]}, {"a/../../x": ["?"]}, {"..": ["?"]}, {".": ["?"]},
    {"x\n": ["?"]}, {"\\x": ["?"]}, {"x": "?"}, {sending.MARK: ["?"]},
], ids=lambda mark: str(mark)[:30])  # fmt: skip
def test_a_folder_that_no_publication_made_is_refused(tmp_path, first, mark):
    (tmp_path / "x").write_text("dehors")
    target = tmp_path / "notes"
    target.mkdir()
    (target / "a.txt").write_text("à quelqu'un")
    if isinstance(mark, dict):
        known = {
            name: ["?", manifest.checksum(b"dehors")] if s == ["?"] else s
            for name, s in mark.items()
        }
        mark = json.dumps({"qpv": sending.HEAD, "files": known})
    if mark == "folder":
        (target / sending.MARK).mkdir()
    elif mark is not None:
        (target / sending.MARK).write_bytes(mark if isinstance(mark, bytes) else mark.encode())
    before = held(target)
    with pytest.raises(QpvError, match="Choisir un dossier vide ou nouveau"):
        sending.publish(first, target)
    assert held(target) == before
    assert (tmp_path / "x").read_text() == "dehors"


def test_a_page_reached_through_a_link_is_neither_followed_nor_removed(tmp_path, target, second):
    outside = tmp_path / "ailleurs"
    (target / "donnees").rename(outside)
    (target / "donnees").symlink_to(outside)
    with pytest.raises(QpvError, match=r"donnees/objectifs\.csv"):
        sending.publish(second, target)
    assert (outside / "objectifs.csv").read_text() == "x"


def test_a_link_to_a_folder_is_followed_a_broken_one_is_told(tmp_path, target, second):
    link = tmp_path / "lien"
    link.symlink_to(target)
    sending.publish(second, link)
    assert link.is_symlink()
    assert held(target) == SECOND
    (tmp_path / "mort").symlink_to(tmp_path / "absent")
    with pytest.raises(QpvError, match="un lien qui ne mène à rien"):
        sending.publish(second, tmp_path / "mort")


@pytest.mark.skipif(os.name != "posix", reason="droits des fichiers de POSIX")
def test_colleagues_read_what_is_published_whatever_the_umask(tmp_path, first):
    target, before = tmp_path / "parent" / "site", os.umask(0o077)
    try:
        sending.publish(first, target)
        (tmp_path / "mien").mkdir()
        sending.publish(first, tmp_path / "mien")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in target.rglob("*") if p.is_file()}
    assert modes == {0o644}
    folders = target.parent, target, target / "donnees"
    assert {stat.S_IMODE(p.stat().st_mode) for p in folders} == {0o755}
    assert stat.S_IMODE((tmp_path / "mien").stat().st_mode) == 0o700


# --- what stops it midway ------------------------------------------------------------------------

WHOLE = {(name, text) for files in (FIRST, SECOND) for name, text in files.items()}


@pytest.mark.parametrize("after", range(5))
@pytest.mark.parametrize(("error", "told"), [
    (OSError(errno.ENOSPC, "No space left"), "disque plein. Les pages en place sont entières"),
    (KeyboardInterrupt(), "Interrompu. Les pages en place sont entières"),
])  # fmt: skip
def test_stopped_midway_pages_are_whole_and_the_next_finishes(
    target, second, monkeypatch, after, error, told
):
    stopped(monkeypatch, after, error)
    with pytest.raises(QpvError, match=told):
        sending.publish(second, target)
    monkeypatch.undo()
    found = held(target)
    assert set(found.items()) <= WHOLE
    if found["index.html"] == SECOND["index.html"]:
        assert SECOND.items() <= found.items()  # it leads to no page that is not there yet
    sending.publish(second, target)
    assert held(target) == SECOND


def test_stopped_midway_another_site_may_finish(target, first, second, monkeypatch):
    stopped(monkeypatch, 3, OSError(errno.ENOSPC, ""))
    with pytest.raises(QpvError):
        sending.publish(second, target)
    monkeypatch.undo()
    sending.publish(first, target)
    assert held(target) == FIRST


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL de POSIX")
@pytest.mark.parametrize("after", [0, pytest.param(3, marks=pytest.mark.acceptance)])
def test_killed_midway_the_next_finishes_and_leaves_nothing_else(tmp_path, first, second, after):
    target = tmp_path / "site"
    program = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom qpvlib.publishing import sending\n"
        "real, left = os.replace, [int(sys.argv[3])]\n"
        "def replace(*given, **named):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return real(*given, **named)\n"
        "os.replace = replace\n"
        "sending.publish(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    words = [sys.executable, "-c", program, str(first), str(target), str(after)]
    assert subprocess.run(words).returncode == -signal.SIGKILL
    assert [path for path in target.rglob(".en-cours-*") if path.is_file()]
    sending.publish(second, target)
    assert held(target) == SECOND


NAMES = st.sampled_from(
    ["notes.txt", "photos/a.jpg", "photos/b/c", "donnees/mes.csv", ".en-cours-notes", "Index.html",
     "neuve.html", "neuve.html.bak", "donnees.csv", ".htaccess", "vide/", "lien@"]
) | st.from_regex(r"[xyzé _-]{1,9}\.(txt|html)", fullmatch=True)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.sets(NAMES), st.none() | st.integers(0, 6))
def test_no_file_of_others_is_ever_changed_or_removed(names, after):
    with tempfile.TemporaryDirectory() as root:
        target = Path(root) / "site"
        sending.publish(made(Path(root) / "un", FIRST), target)
        foreign = {}
        for name in names:
            place = target / name.rstrip("/@")
            place.parent.mkdir(exist_ok=True, parents=True)
            if name.endswith("/"):
                place.mkdir()
            elif name.endswith("@"):
                place.symlink_to("/etc")
            else:
                place.write_text(f"de {name}")
                foreign[name] = f"de {name}"
        reports = made(Path(root) / "deux", SECOND)
        with pytest.MonkeyPatch.context() as patch, suppress(QpvError):
            if after is not None:
                stopped(patch, after, OSError(errno.ENOSPC, ""))
            sending.publish(reports, target)
        if "neuve.html" not in names:
            sending.publish(reports, target)
        found = held(target)
        assert {name: found.get(name) for name in foreign} == foreign
        assert (target / "vide").is_dir() == ("vide/" in names)
        assert (target / "lien").is_symlink() == ("lien@" in names)


# --- what may be sent ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """A tiny project of two pages and an index, where one failed."""
    workshop = tiny.make(tmp_path_factory.mktemp("failed"), of_gien("1 / 0"))
    assert workshop.run("report", GIEN, HAMEAU).returncode == 1
    return workshop


def test_publication_is_refused_while_a_page_failed_unless_the_number_is_exact(failed, tmp_path):
    for words in ([], ["--accept-failures", "2"]):
        done = failed.run("publish", str(tmp_path / "site"), *words)
        assert done.returncode == 1
        assert "1 page (Champ de la Ville (QP045016)) en échec" in done.stderr
        assert list(tmp_path.iterdir()) == []
    done = failed.run("publish", str(tmp_path / "site"), "--accept-failures", "1")
    assert done.stdout == f"5 pages dans {tmp_path / 'site'}\n"
    names = {path.name for path in (tmp_path / "site").iterdir()}
    pages = {"index.html", failed.page(GIEN).name, failed.page(HAMEAU).name}
    assert names == {*pages, "donnees", sending.MARK}


def test_the_command_tells_what_it_removed_and_what_it_left(target, second, tmp_path):
    (target / "notes.txt").write_text("à quelqu'un")
    words = [sys.executable, "-m", "qpvlib.cli", "publish", target, "--reports", second]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        f"3 pages dans {target}",
        "Retirées, le site ne les a plus : donnees/objectifs.csv, vieille.html",
        "D'une autre origine, gardé : 1 fichier.",
    ]


def test_a_page_altered_or_unfinished_is_not_published(first, tmp_path):
    (first / "a.html").write_text("autre")
    with pytest.raises(QpvError, match=r"changé depuis la construction : 1 fichier \(a\.html\)"):
        sending.publish(first, tmp_path / "site")
    ledger.append(first, ledger.Record("a.html", HAMEAU, "Le Hameau", "pending"))
    with pytest.raises(QpvError, match=r"1 page \(Le Hameau\) à refaire"):
        sending.publish(first, tmp_path / "site")
