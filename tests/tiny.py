"""A tiny project over the real tables: its notebooks are two cells, one of which goes wrong."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from qpvlib.project import Project, current
from qpvlib.tables.areas import neighbourhood

GIEN, HAMEAU, DAUPHINE, VESINE = "QP045016", "QP045015", "QP045009", "QP045002"


def of_gien(source: str) -> str:
    """A line that only the notebook of Gien's neighbourhood runs."""
    return f'if code == "{GIEN}":\n' + "\n".join(f"    {line}" for line in source.splitlines())


@dataclass(frozen=True)
class Workshop:
    """A tiny project, its notebooks to be written, and the command run over it."""

    project: Project

    @property
    def root(self) -> Path:
        return self.project.root

    @property
    def reports(self) -> Path:
        return self.project.reports

    def page(self, code: str) -> Path:
        return self.reports / neighbourhood(code).page

    def write(self, name: str, *sources: str, tags: tuple[str, ...] = ()) -> None:
        """A notebook whose first cell has the parameters, the second its title."""
        title = "qpv.pages.header(qpv.neighbourhood(code))"
        if name != "diagnostic":
            title = "qpv.pages.index_header()"
        cells = [
            nbformat.v4.new_code_cell("", id="p", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(f"import os, time\nimport qpvlib as qpv\n{title}", id="t"),
            *(
                nbformat.v4.new_code_cell(source, id=f"c{i}", metadata={"tags": list(tags)})
                for i, source in enumerate(sources)
            ),
        ]
        if name == "diagnostic":
            cells[0].source = f'code = "{GIEN}"'
        spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}),
            self.root / "notebooks" / f"{name}.ipynb",
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "qpvlib.cli", *words]

    @property
    def environ(self) -> dict[str, str]:
        return os.environ | {"QPV_ROOT": str(self.root), "HERE": str(self.root)}

    def run(self, *words: str, **options) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*words), env=self.environ, capture_output=True, text=True, **options
        )

    def start(self, *words: str) -> subprocess.Popen:
        """The command in a group of its own, as a terminal has it."""
        return subprocess.Popen(
            self.command(*words), env=self.environ, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


def make(root: Path, source: str = "pass", **rules: float) -> Workshop:
    """A tiny project whose diagnostics end with a cell of ``source``; ``rules`` change limits."""
    (root / "notebooks").mkdir(parents=True)
    shutil.copytree(current().catalogue, root / "data" / "catalogue")
    (root / "data" / "tidy").symlink_to(current().tidy)
    declared = root / "data" / "catalogue" / "rules.toml"
    text = declared.read_text("utf-8")
    for name, value in rules.items():
        text, done = re.subn(
            rf"(\[{name}\]\n(?:public = false\n)?value = ).*", rf"\g<1>{value}", text
        )
        assert done == 1
    declared.write_text(text, "utf-8")
    workshop = Workshop(Project.at(root))
    workshop.write("diagnostic", source)
    for name in ("index", "synthese"):
        workshop.write(name, "pass")
    return workshop
