"""The ``qpv`` command: a thin wrapper; what is heavy is imported once the words are understood.

A module a family of verbs; mistakes are told in French, with their nearest sound form.
Nothing imports it.
"""

import click

from qpvlib import __version__
from qpvlib.cli import actions, founding, lab, planning, reports, roadmap, tables, trying
from qpvlib.cli.french import French


@click.group(cls=French, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="qpv %(version)s", help="Montre la version.")
def main() -> None:
    """Diagnostics des quartiers prioritaires : construire, vérifier, expliquer."""


for verb in (
    reports.report,
    reports.compare,
    reports.publish,
    reports.diff,
    founding.new,
    tables.list_,
    tables.where,
    trying.try_,
    tables.build,
    tables.fetch,
    tables.check,
    tables.explain,
    lab.lab,
    roadmap.decide,
    roadmap.annexe,
    roadmap.sign,
    actions.actions,
    actions.summer,
):
    main.add_command(verb)
for verb in (planning.plan, planning.answers):
    actions.summer.add_command(verb)
