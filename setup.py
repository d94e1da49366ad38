"""The wheel also carries the catalogue, the tables and the notebooks (see ``project.EMBEDDED``)."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

EMBEDDED = ("data/catalogue", "data/tidy", "data/actions", "notebooks")


class WithProject(build_py):
    """Copies the project's own folders under the package; a checkout is read where it is."""

    def run(self) -> None:
        """Build the package, then what it embeds."""
        super().run()
        if self.editable_mode:
            return
        for folder in EMBEDDED:
            target = Path(self.build_lib) / "qpvlib" / "embedded" / folder
            own = shutil.ignore_patterns("mes-essais", ".ipynb_checkpoints")
            shutil.copytree(folder, target, dirs_exist_ok=True, ignore=own)


setup(cmdclass={"build_py": WithProject})
