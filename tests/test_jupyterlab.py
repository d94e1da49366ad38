"""A real JupyterLab in a real browser, as « make lab » starts it, in a home that is empty."""

import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from qpvlib.project import current

pytestmark = [pytest.mark.acceptance, pytest.mark.browser]
ROOT = current().root
SECONDS = 40_000  # for a slow machine, in milliseconds
# What JupyterLab says of itself, in the console, of a project that has nothing wrong.
ITS_OWN = ()
CHOICES = {
    "Quartier": {"label": "Champ de la Ville (Gien)"}, "Thème": {"label": "Emploi et insertion"},
    "Indicateur": {"label": "Taux d'emploi des femmes"},
    "Repère": {"label": "Les 19 quartiers du département"}, "Année": {"index": 1},
}  # fmt: skip


def git(folder, *words):
    identity = ("-c", "user.name=essai", "-c", "user.email=essai@exemple.fr")
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """Folder of the project as git has it, with what is not yet committed."""
    folder = tmp_path_factory.mktemp("lab") / "projet"
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "projet")
    return folder


@pytest.fixture(scope="module")
def address(clone, tmp_path_factory):
    """Where JupyterLab answers, started as a new user would."""
    home = tmp_path_factory.mktemp("home")
    told = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(clone), "LANG": "C.UTF-8"}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    log = (home.parent / "lab.log").open("w+")
    command = [sys.executable, "-m", "qpvlib.cli", "lab", "--no-browser", "--port", port]
    server = subprocess.Popen(command, cwd=clone, env=told, stdout=log, stderr=log)
    try:
        yield _answers(server, Path(log.name))
        assert [path.name for path in home.rglob("*")] == []
    finally:
        started = psutil.Process(server.pid).children(recursive=True)
        server.terminate()
        server.wait(30)
        psutil.wait_procs(started, 20)
        log.close()


def _answers(server, log):
    """The address that it prints, once it does."""
    for _ in range(600):
        if found := re.search(r"http://127\.0\.0\.1:\S+", log.read_text("utf-8")):
            return found[0]
        assert server.poll() is None, log.read_text("utf-8")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


@pytest.fixture(scope="module")
def lab(address, chromium):
    """The tab, and what it asked of whom and complained of meanwhile."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
    tab = context.new_page()
    tab.asked, tab.said = [], []
    context.on("request", lambda request: tab.asked.append(request.url))
    tab.on("console", lambda message: message.type == "error" and tab.said.append(message.text))
    tab.on("pageerror", lambda error: tab.said.append(str(error)))
    tab.set_default_timeout(SECONDS)
    tab.goto(address)
    tab.locator(".jp-NotebookPanel:visible .jp-Cell").first.wait_for()
    yield tab
    context.close()


def widget(tab, label):
    return tab.locator(".widget-dropdown", has=tab.get_by_text(label, exact=True)).locator("select")


def code(tab):
    return tab.locator(".widget-textarea textarea").input_value()


def changes(tab, act):
    """Do something, and wait for the code of the view to be another."""
    before = code(tab)
    act()
    tab.wait_for_function(
        "was => document.querySelector('.widget-textarea textarea').value !== was", arg=before
    )
    return code(tab)


def test_it_opens_in_french_on_the_notebook_without_any_notice(lab):
    assert lab.locator(".lm-MenuBar-itemLabel").first.inner_text() == "Fichier"
    assert lab.evaluate("document.documentElement.lang") == "fr-FR"
    assert "exploration" in lab.title()
    lab.wait_for_timeout(2000)  # a notice would be there by then
    assert lab.locator(".Toastify__toast, .jp-Dialog").count() == 0
    files = lab.locator(".jp-DirListing-itemText").all_inner_texts()
    assert {"data", "docs", "notebooks"} <= set(files)  # the root, whatever the notebook's folder


def menu(tab, *path):
    """An entry of the menus, by their French names."""
    tab.locator(".lm-MenuBar-itemLabel", has_text=path[0]).click()
    for name in path[1:-1]:
        tab.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{name}$")).hover()
    tab.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{path[-1]}$")).last.click()


def test_every_cell_runs(lab):
    menu(lab, "Exécution", "Exécuter toutes les cellules")
    lab.wait_for_function(
        "() => /\\d/.test([...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]"
        ".at(-1).textContent)"
    )
    panel = lab.locator(".jp-NotebookPanel")
    assert "Traceback" not in panel.text_content()
    assert panel.locator("[data-mime-type*='stderr'], [data-mime-type*='error']").count() == 0
    assert panel.locator(".jp-OutputArea-output").count() > 10
    lab.locator(".jp-WindowedPanel-outer").first.evaluate("panel => { panel.scrollTop = 0 }")


def test_each_control_of_the_explorer_moves_what_is_shown(lab):
    lab.locator(".widget-textarea textarea").scroll_into_view_if_needed()
    for label, wanted in CHOICES.items():
        told = changes(lab, lambda name=label, by=wanted: widget(lab, name).select_option(**by))
    for part in ('"QP045016"', '"taux_emploi_femmes"', '"peers"'):
        assert part in told
    for view, mark in {
        "Carte": ".leaflet-container path.leaflet-interactive", "Tendance": "img",
        "Tableau": "table.dataTable tbody tr", "Repères": "img",
    }.items():  # fmt: skip
        changes(lab, lambda name=view: lab.get_by_role("button", name=name, exact=True).click())
        lab.locator(f".jp-OutputArea-output .widget-vbox {mark}").first.wait_for()


def test_the_map_answers_to_the_mouse_and_asks_no_tile(lab):
    changes(lab, lambda: lab.get_by_role("button", name="Carte", exact=True).click())
    shape = lab.locator(".leaflet-container path.leaflet-interactive").last
    shape.dispatch_event("mouseover")
    lab.get_by_text(re.compile(r" : .+ %")).first.wait_for()
    assert lab.locator("img.leaflet-tile").count() == 0


def test_the_keyboard_moves_a_control(lab):
    changes(lab, lambda: lab.get_by_role("button", name="Repères", exact=True).press("Enter"))
    box = widget(lab, "Année")
    box.focus()
    assert "views.landmarks" in changes(lab, lambda: lab.keyboard.press("ArrowDown"))


def test_saving_changes_nothing_in_git_and_the_tab_keeps_what_it_shows(lab, clone):
    lab.locator(".jp-NotebookPanel:visible .jp-Notebook").press("Escape")
    lab.keyboard.press("Control+s")
    lab.wait_for_function("() => !document.querySelector('.jp-mod-dirty')")
    lab.wait_for_timeout(1000)
    assert git(clone, "status", "--porcelain") == ""
    assert lab.locator(".jp-OutputArea-output img").count() > 3


def test_a_terminal_has_the_command(lab, clone, tmp_path):
    menu(lab, "Fichier", "Nouveau", "Terminal")
    lab.locator(".jp-Terminal .xterm-helper-textarea").wait_for(state="attached")
    told = tmp_path / "dit"
    lab.wait_for_timeout(1500)
    lab.keyboard.type(f"qpv list > {told}.x; pwd >> {told}.x; mv {told}.x {told}\n")
    for _ in range(200):
        if told.exists():
            break
        lab.wait_for_timeout(100)
    *listed, where = told.read_text("utf-8").splitlines()
    assert len(listed) == 19
    assert Path(where).samefile(clone)


def test_nothing_was_asked_of_the_network_and_nothing_went_wrong(lab):
    hosts = {urlsplit(url).hostname for url in lab.asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    wrong = [told for told in lab.said if not any(known in told for known in ITS_OWN)]
    assert wrong == []
