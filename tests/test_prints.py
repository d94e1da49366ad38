"""``qpv report --pdf``: a PDF is of its page as it is, or is not there; whatever stops it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import oneline
import psutil
import pytest
from click.testing import CliRunner
from processes import gone
from tiny import GIEN, HAMEAU

from qpvlib.catalogue import QpvError
from qpvlib.cli import french, main
from qpvlib.publishing import jobs, ledger, manifest, prints, proof, sending, site
from qpvlib.publishing.job import Outcome
from qpvlib.tables.areas import neighbourhood
from qpvlib.tables.writing import WORK

PAGE, OTHER = neighbourhood(GIEN).page, neighbourhood(HAMEAU).page
PDF, BESIDE = prints.place(PAGE), prints.place(OTHER)


@pytest.fixture
def printed(monkeypatch):
    """Names of the PDFs printed, from pages of one line, without Chromium."""
    oneline.install(monkeypatch)
    names = []

    def run(wanted, reports, _tabs, done):
        for job in wanted:
            page = (reports / prints.page_of(job)).read_bytes()
            names.append(job.file)
            outcome = Outcome(job, b"%PDF " + page, inputs=manifest.checksum(page))
            done(outcome, len(names), len(wanted))

    monkeypatch.setattr(prints, "run", run)
    return names


@pytest.fixture
def reports(printed, tmp_path):
    """A finished folder with its PDFs, which have just been printed."""
    built = site.build(reports=tmp_path / "reports", pdf=True)
    assert printed == [PDF, BESIDE]
    printed.clear()
    return built.reports


@pytest.fixture
def changed(reports, monkeypatch):
    """The next run makes another page of Gien."""
    real = oneline.made

    def made(job):
        return (
            Outcome(job, b"<p>autre", inputs="x", code=job.code) if job.file == PAGE else real(job)
        )

    monkeypatch.setattr(oneline, "made", made)
    (reports / PAGE).unlink()  # else there is nothing to do


def sent(reports, target):
    sending.publish(reports, target)
    return {path.name for path in (target / prints.FOLDER).glob("*")}


def names(*files):
    return {file.rpartition("/")[2] for file in files}


def report(*words):
    return CliRunner().invoke(main, ["report", *map(str, words)])


# --- a PDF and its page --------------------------------------------------------------------------


def test_what_is_printed_is_sent_with_the_pages(reports, tmp_path):
    assert sent(reports, tmp_path / "site") == names(PDF, BESIDE)
    with zipfile.ZipFile(manifest.archive_of(reports)) as pack:
        assert {f"reports/{PDF}", f"reports/{BESIDE}"} < set(pack.namelist())


def test_nothing_changed_prints_nothing(reports, printed):
    assert report("--reports", reports).stdout.startswith("Rien n'a changé")
    built = site.build(reports=reports, pdf=True)
    assert (printed, built.made) == ([], [])
    assert {PDF, BESIDE} < set(built.unchanged)


def test_of_some_codes_theirs_are_printed(printed, tmp_path):
    site.build([GIEN], tmp_path / "reports", pdf=True)
    assert printed == [PDF]


def test_the_pdf_of_a_page_that_changed_goes_and_it_is_said(reports, changed, tmp_path):
    done = report("--reports", reports)
    assert "PDF retirés, car leur page a changé : 1." in done.stdout
    assert "elle n'est plus du site" not in done.stdout
    assert not (reports / PDF).exists()
    assert sent(reports, tmp_path / "site") == names(BESIDE)


def test_the_pdf_of_a_page_that_changed_is_printed_again(reports, changed, printed):
    done = report("--reports", reports, "--pdf")
    assert printed == [PDF]
    assert (reports / PDF).read_bytes() == b"%PDF <p>autre"
    assert "PDF retirés" not in done.stdout


@pytest.mark.parametrize("pdf", [True, False])
def test_a_page_in_failure_has_no_pdf(reports, printed, monkeypatch, pdf):
    failing = "échec"
    monkeypatch.setattr(oneline, "made", lambda job: Outcome(job, cause=failing))
    (reports / PAGE).unlink()
    site.build(reports=reports, pdf=pdf)
    assert (printed, [*reports.glob("pdf/*.pdf")]) == ([], [])


def test_stopped_between_a_page_and_its_pdf_nothing_is_sent(
    reports, changed, monkeypatch, tmp_path
):
    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as here:
        here.setattr(prints, "run", stopped)
        with pytest.raises(site.Interrupted, match="6 pages sur 7"):
            site.build(reports=reports, pdf=True)
    with pytest.raises(QpvError, match="La dernière exécution n'a pas fini"):
        sending.publish(reports, tmp_path / "site")
    site.build(reports=reports)
    assert sent(reports, tmp_path / "site") == names(BESIDE)


def test_a_pdf_altered_is_told_and_is_no_longer_of_the_site(reports, tmp_path):
    (reports / PDF).write_bytes(b"%PDF autre")
    assert any(PDF in line for line in proof._altered(reports, set()))
    with pytest.raises(QpvError, match=r"\(QP045016\), PDF"):
        sending.publish(reports, tmp_path / "site")
    site.build(reports=reports)
    assert (reports / PDF).read_bytes() == b"%PDF autre"
    assert sent(reports, tmp_path / "site") == names(BESIDE)


def test_a_lost_pdf_is_printed_again_when_asked(reports, printed):
    shutil.rmtree(reports / prints.FOLDER)
    site.build(reports=reports)
    assert manifest.settled(reports)
    site.build(reports=reports, pdf=True)
    assert printed == [PDF, BESIDE]


def test_one_does_not_print_while_watching(printed):
    done = report("--watch", "--pdf")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--watch n'imprime pas" in done.stderr


# --- what stops it -------------------------------------------------------------------------------


def without_chromium(_path, _monkeypatch):
    return ["aucun des programmes chromium, chromium-browser, google-chrome", "apt install"]


def without_playwright(path, monkeypatch):
    with_another_program(path, monkeypatch)
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    return ['pip install "qpvlib[pdf]"', "make pdf"]


def with_another_program(path, _monkeypatch):
    (path / "chromium").symlink_to("/bin/false")
    return [f"Chromium ({path / 'chromium'}) s'est arrêté", "Relancer : qpv report --pdf"]


@pytest.mark.parametrize("cause", [without_chromium, without_playwright, with_another_program])
def test_what_cannot_be_printed_is_said_and_the_pages_are_whole(monkeypatch, tmp_path, cause):
    oneline.install(monkeypatch)
    reports, path = tmp_path / "reports", tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    expected = cause(path, monkeypatch)
    done = report("--reports", reports, "--pdf")
    assert done.exit_code == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Erreur : ")]
    assert all(words in line for words in [*expected, "Les pages, elles, sont en place."])
    assert manifest.settled(reports)
    assert sent(reports, tmp_path / "site") == set()


def children():
    return psutil.Process().children(recursive=True)


@pytest.mark.browser
def test_a_chromium_that_is_killed_is_said_and_what_was_printed_is_whole(
    program, monkeypatch, tmp_path
):
    oneline.install(monkeypatch)
    site.build(reports=tmp_path / "reports")
    wanted, outcomes, there = prints.of(jobs.of(None)), [], []
    before = children()  # processes kept warm by other tests, which stay

    def done(outcome, *_):
        outcomes.append(outcome)
        there.extend(set(children()) - set(before))
        for child in there:
            with suppress(psutil.NoSuchProcess):  # one that ends with another that was killed
                if "chrom" in child.name():
                    child.kill()

    with ThreadPoolExecutor(1) as apart:
        run = apart.submit(prints.run, wanted, tmp_path / "reports", 1, done)
        with pytest.raises(prints.Unprinted, match="s'est arrêté"):
            run.result()
    assert [outcome.html[:5] for outcome in outcomes] == [b"%PDF-"]
    assert all(gone(child.pid) for child in there)


@pytest.mark.browser
def test_a_ctrl_c_while_a_pdf_is_filed_is_no_fault_of_a_step(site, program, tmp_path, caplog):
    """It comes when it likes: here in the step of a tab, while the other tab prints."""
    wanted = prints.of(jobs.of([GIEN, HAMEAU]))
    with french._stoppable(), pytest.raises(KeyboardInterrupt):
        prints.run(wanted, site, 2, lambda *_: signal.raise_signal(signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert caplog.messages == []


@pytest.mark.browser
@pytest.mark.acceptance
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_stopped_it_leaves_no_browser_and_the_next_one_finishes(
    site, program, tmp_path, signum, code
):
    reports = tmp_path / "reports"
    shutil.copytree(site, reports, ignore=shutil.ignore_patterns("pdf"))
    temporary = Path(tempfile.mkdtemp())  # tmp_path is too long for the sockets of Chromium
    command = [sys.executable, "-m", "qpvlib.cli", "report", "--pdf", "--reports", str(reports)]
    run = subprocess.Popen(
        command, env=os.environ | {"TMPDIR": str(temporary)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while not [*reports.glob("pdf/q*.pdf")]:
        assert run.poll() is None, run.communicate()
        time.sleep(0.05)
    there = psutil.Process(run.pid).children(recursive=True)
    os.killpg(run.pid, signum) if signum == signal.SIGINT else run.kill()
    _, told = run.communicate(timeout=60)
    assert run.returncode == code
    assert "Traceback" not in told
    assert all(gone(child.pid) for child in there)
    temporary.rmdir()  # nothing is left in it
    with pytest.raises(QpvError, match="La dernière exécution n'a pas fini"):
        sending.publish(reports, tmp_path / "site")
    assert subprocess.run(command, capture_output=True).returncode == 0
    assert [*reports.rglob(f"{WORK}*")] == []
    records = ledger.read(reports)
    assert len([file for file in records if file.endswith(".pdf")]) == 21
