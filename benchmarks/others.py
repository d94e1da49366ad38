"""What one could pick instead for the same page, each in an environment that is then thrown away.

Run there as ``python -m benchmarks.others WAY FOLDER CODE...``: pages of the diagnostics, one after
the other, in one process.
"""

import ast
import os
import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from sysconfig import get_path

from benchmarks.measure import BIN, Folder, command
from benchmarks.ways import DIAGNOSTIC
from qpvlib.project import current
from qpvlib.publishing.states import TEMPLATE

PACKAGES = ("ploomber-engine", "marimo")
LOSES = {
    "api": "une page à la fois, et un noyau qui se bloque arrête tout ; ni reprise, ni paramètres "
    "vérifiés",
    "script": "un processus pour tous ; le carnet en échec n'est pas gardé ; ni reprise, ni "
    "paramètres vérifiés, ni magies d'IPython",
    "ploomber": "les cellules dans le processus qui les demande : ce qu'un carnet laisse passe au "
    "suivant ; un temps limite ou un processus tué arrête tout ; ni reprise, ni "
    "paramètres vérifiés",
    "marimo": "un autre format, où un nom n'est défini qu'une fois ; ni gabarit (la page charge "
    "un programme et appelle le réseau), ni paramètres de papermill, ni reprise",
}
NAMES = {
    "api": "papermill et nbconvert appelés d'un seul processus",
    "script": "un script : les cellules par exec, puis nbconvert",
    "ploomber": "ploomber-engine, puis nbconvert",
    "marimo": "marimo convert, puis marimo export html",
}


def costs(codes):
    """Seconds of one page and of all of ``codes``, by each way."""
    root = Path(__file__).parent.parent
    with Folder() as folder:
        python = _environment(folder / "environment")
        for way in NAMES:
            walls = []
            for wanted in (codes[:1], codes):
                (folder / f"{way}{len(wanted)}").mkdir()
                words = [python, "-m", "benchmarks.others", way, folder / f"{way}{len(wanted)}"]
                walls.append(command([*words, *wanted], root, PYTHONPATH=str(root)).wall)
            yield way, *walls


def _environment(folder):
    """A new environment, which has ours besides what these ways need; its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    known = {one.name: one.version for one in distributions()}
    limits = folder / "limits.txt"
    limits.write_text("".join(f"{n}=={v}\n" for n, v in known.items() if n != "qpvlib"))
    words = ["-m", "pip", "install", "--quiet", "--quiet", "--constraint", limits, *PACKAGES]
    subprocess.run([python, *words], check=True)
    # After: what the installer sees as its own, it may remove.
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    Path(own, "ours.pth").write_text(f"{get_path('purelib')}\n")
    return python


def _exporter():
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(
        template_name="template", extra_template_basedirs=[str(TEMPLATE.parent)]
    )
    exporter.exclude_input = True
    return exporter


def api(folder, codes):
    import papermill

    source, exporter = current().notebooks / DIAGNOSTIC, _exporter()
    for code in codes:
        done = papermill.execute_notebook(
            source, folder / f"{code}.ipynb", parameters={"code": code}, progress_bar=False
        )
        (folder / f"{code}.html").write_text(exporter.from_notebook_node(done)[0])


def ploomber(folder, codes):
    from ploomber_engine import execute_notebook

    source, exporter = current().notebooks / DIAGNOSTIC, _exporter()
    for code in codes:
        done = execute_notebook(
            source, folder / f"{code}.ipynb", parameters={"code": code}, progress_bar=False
        )
        (folder / f"{code}.html").write_text(exporter.from_notebook_node(done)[0])


def script(folder, codes):
    import nbformat

    exporter = _exporter()
    for code in codes:
        done = nbformat.read(current().notebooks / DIAGNOSTIC, as_version=4)
        names = {}
        for cell in (c for c in done.cells if c.cell_type == "code"):
            value = _ran(cell.source, names)
            if "parameters" in cell.metadata.get("tags", ()):
                names["code"] = code
            if hasattr(value, "_repr_mimebundle_"):
                shown = value._repr_mimebundle_()
                cell.outputs = [nbformat.v4.new_output("display_data", shown)]
        (folder / f"{code}.html").write_text(exporter.from_notebook_node(done)[0])


def _ran(source, names):
    """Run a cell; the value of its last line, when it is an expression."""
    *body, last = ast.parse(source).body
    shows = isinstance(last, ast.Expr)
    exec(compile(ast.Module(body if shows else [*body, last], []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if shows else None


def marimo(folder, codes):
    source = (current().notebooks / DIAGNOSTIC).read_text("utf-8")
    words = [sys.executable, "-m", "marimo", "--quiet", "--yes"]
    for code in codes:
        own, program = folder / f"{code}.ipynb", folder / f"{code}.py"
        own.write_text(re.sub(r'(code = \\")\w+', rf"\g<1>{code}", source), "utf-8")
        subprocess.run([*words, "convert", own, "-o", program], check=True)
        page = folder / f"{code}.html"
        subprocess.run([*words, "export", "html", program, "-o", page], check=True)


if __name__ == "__main__":
    way, folder, *codes = sys.argv[1:]
    os.environ["PATH"] = f"{BIN}:{os.environ['PATH']}"
    {"api": api, "script": script, "ploomber": ploomber, "marimo": marimo}[way](Path(folder), codes)
