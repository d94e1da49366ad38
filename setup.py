"""The wheel also carries the catalogue, the tables and the notebooks (see ``project.EMBEDDED``)."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FOLDERS = ("data/catalogue", "data/tidy", "data/actions", "notebooks", "requirements")
# With these, « qpv new » makes a project that stands on its own.
FILES = (".gitignore", "LICENSE", "Makefile", "environment.yml", "pyproject.toml", "setup.py")


class WithProject(build_py):
    """Copies the project's own folders under the package; a checkout is read where it is."""

    def run(self) -> None:
        """Build the package, then what it embeds."""
        super().run()
        if self.editable_mode:
            return
        embedded = Path(self.build_lib) / "qpvlib" / "embedded"
        own = shutil.ignore_patterns("mes-essais", ".ipynb_checkpoints")
        for folder in FOLDERS:
            shutil.copytree(folder, embedded / folder, dirs_exist_ok=True, ignore=own)
        for name in FILES:
            shutil.copyfile(name, embedded / name)


setup(cmdclass={"build_py": WithProject})
