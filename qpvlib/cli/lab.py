"""``qpv lab``: JupyterLab as the project wants it."""

import os
import subprocess
import sys

import click

from qpvlib.cli.french import Command

OPTIONS = {"ignore_unknown_options": True, "allow_interspersed_args": False}


@click.command(cls=Command, context_settings=OPTIONS)
@click.argument("options", nargs=-1, metavar="[OPTIONS DE JUPYTER LAB]")
def lab(options: tuple[str, ...]) -> None:
    """Ouvre JupyterLab, en français, sur le carnet d'exploration.

    Sans écran, l'adresse à ouvrir s'affiche. Par exemple : qpv lab --no-browser --port 9000
    """
    from qpvlib.project import current
    from qpvlib.workbench import lab as started

    project = current()
    asked = started.command(project, options)
    started.prepared(project)
    click.echo(
        "JupyterLab s'ouvre dans le navigateur, sinon à l'adresse qui suit. Ctrl-C l'arrête."
    )
    sys.stdout.flush()
    told = started.environment(os.environ, project)
    if os.name == "nt":  # where a process cannot be replaced
        sys.exit(subprocess.call(asked, env=told))
    os.execve(asked[0], asked, told)  # it alone hears a Ctrl-C, and stops its kernels
