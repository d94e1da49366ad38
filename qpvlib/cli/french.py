"""What a user sees of click, in French: help, mistakes, exit codes."""

import re
import sys
from pathlib import Path

import click

from qpvlib.catalogue import QpvError, unknown
from qpvlib.tables import writing

HELP = {
    "Show this message and exit.": "Montre cette aide.",
    "Commands:": "Commandes :",
    "Options:": "Options :",
    "Usage:": "Usage :",
    "[required]": "[obligatoire]",
    "COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]",
}
PLACE = click.Path(path_type=Path)  # of a file or a folder


class Command(click.Command):
    """A command whose help is in French."""

    def get_help(self, ctx: click.Context) -> str:
        """Help of click, its own few words translated."""
        text = super().get_help(ctx)
        for english, french in HELP.items():
            text = text.replace(english, french)
        return text


class French(Command, click.Group):
    """A group whose mistakes are told in French, in one line, with exit code 2."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb typed; an unknown one is told with its nearest."""
        name = args[0] if args else ""
        if name and self.get_command(ctx, name) is None and not name.startswith("-"):
            raise Mistake(unknown("La commande", name, self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def main(self, *args: object, **kwargs: object) -> object:
        """Run, and turn every mistake into one French line and an exit code."""
        try:
            return super().main(*args, **kwargs | {"standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help())
        except (click.UsageError, Mistake) as error:
            leave(_usage(error), 2)
        except click.exceptions.Abort:
            leave("Interrompu.", 130)
        except click.exceptions.Exit as error:
            sys.exit(error.exit_code)
        except QpvError as error:
            leave(str(error), 1)
        except OSError as error:
            leave(f"{error.filename or 'fichier'} : {writing.reason(error)}.", 1)


class Mistake(QpvError):
    """An unknown name typed by the user: exit code 2, before anything starts."""


def _usage(error: click.UsageError | Mistake) -> str:
    """A mistake of typing in French, with the nearest valid name."""
    see = "Voir qpv --help."
    if isinstance(error, Mistake):
        return str(error)
    if isinstance(error, click.NoSuchOption):
        near = f" Voulez-vous dire {error.possibilities[0]} ?" if error.possibilities else ""
        return f"L'option « {error.option_name} » n'existe pas.{near}"
    if isinstance(error, click.MissingParameter):
        return f"Il manque {_shown(error.param)}. {see}"
    if isinstance(error, click.BadOptionUsage):
        return f"L'option {error.option_name} attend une valeur. {see}"
    if isinstance(error, click.BadParameter):
        least = getattr(error.param.type, "min", None) if error.param else None
        expected = "" if least is None else f" : un entier, {least} au moins"
        return f"Valeur refusée pour {_shown(error.param)}{expected}. {see}"
    extra = re.search(r"unexpected extra arguments? \((.*)\)", error.message)
    return f"En trop : {extra[1]}. {see}" if extra else f"Commande mal formée. {see}"


def _shown(param: click.Parameter | None) -> str:
    if param is None:
        return "un argument"
    return param.opts[0] if isinstance(param, click.Option) else param.make_metavar(None)


def leave(message: str, code: int) -> None:
    """End the command on an error."""
    click.echo(f"Erreur : {message}", err=True)
    sys.exit(code)
