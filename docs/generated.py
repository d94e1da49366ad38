"""The pages that are written from the code and the catalogue when the documentation is built.

Each keeps its own few lines of Markdown, at the end of which the rest is added: the names of
``import qpvlib as qpv``, the verbs and options of ``qpv``, the card of each indicator. Every text
is then printed as the project's pages are.
"""

import inspect
import re
import typing
from collections.abc import Callable, Iterator
from types import ModuleType

import click
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

import qpvlib
from qpvlib import cli
from qpvlib.catalogue import catalogue, wording
from qpvlib.cli.french import HELP
from qpvlib.diagnosis import explaining
from qpvlib.document.writing import french
from qpvlib.roadmap.stands import Plan

LATE = {"Plan": Plan, "VBox": object}  # what the library imports only when it is asked for

# --- the command ---------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """Every verb of ``qpv``, its usage, what it does, its options."""
    for name, verb in sorted(cli.main.commands.items()):
        yield from _verb(f"qpv {name}", verb, "##")
        for each, inner in sorted(getattr(verb, "commands", {}).items()):
            yield from _verb(f"qpv {name} {each}", inner, "###")


def _verb(name: str, verb: click.Command, level: str) -> Iterator[str]:
    context = click.Context(verb, info_name=name)
    usage = _french(" ".join(verb.collect_usage_pieces(context)))
    yield f"({name.replace(' ', '-')})=\n{level} {name}\n"
    yield f"```text\n{name} {usage}\n```\n"
    yield inspect.cleandoc(verb.help or "") + "\n"
    records = [p.get_help_record(context) for p in verb.params if isinstance(p, click.Option)]
    if shown := [record for record in records if record]:
        yield "| option | ce qu'elle fait |\n|---|---|"
        yield from (f"| `{_cell(option)}` | {_cell(said)} |" for option, said in shown)
        yield ""


def _french(text: str) -> str:
    for theirs, ours in HELP.items():
        text = text.replace(theirs, ours)
    return text


def _cell(text: str) -> str:
    return _french(text).replace("|", "\\|")


# --- the names -----------------------------------------------------------------------------------


def names() -> Iterator[str]:
    """Every public name of the library, then the kinds of things that they give."""
    known = {name: getattr(qpvlib, name) for name in qpvlib.__all__}
    yield "## Les noms\n"
    for name, thing in known.items():
        if not isinstance(thing, ModuleType):
            yield _documented(f"qpvlib.{name}", thing)
    for name, thing in known.items():
        if isinstance(thing, ModuleType):
            yield f"## qpv.{name}\n\n{inspect.getdoc(thing).splitlines()[0]}\n"
            if thing is qpvlib.pages:  # blocks: too many, and said by the notebooks
                yield ", ".join(f"`{one}`" for one in thing.__all__) + ".\n"
            else:
                yield from (_documented(f"{thing.__name__}.{one}", getattr(thing, one))
                            for one in thing.__all__)  # fmt: skip
    yield "## Ce qu'ils rendent\n"
    for kind in dict.fromkeys(kind for thing in known.values() for kind in _given(thing)):
        if kind not in known.values():
            yield _documented(f"{kind.__module__}.{kind.__name__}", kind)


def _given(thing: object) -> Iterator[type]:
    """Classes of the library that a function gives, alone or in a list."""
    if inspect.isfunction(thing):
        told = typing.get_type_hints(thing, localns=LATE)["return"]
        for kind in (told, *typing.get_args(told)):
            if inspect.isclass(kind) and kind.__module__.startswith("qpvlib"):
                yield kind


def _documented(path: str, thing: object) -> str:
    if inspect.isclass(thing):
        return f"```{{eval-rst}}\n.. autoclass:: {path}\n   :members:\n```\n"
    return f"```{{eval-rst}}\n.. autofunction:: {path}\n```\n"


# --- the cards -----------------------------------------------------------------------------------


def cards() -> Iterator[str]:
    """What is known of each indicator, theme by theme; its figures are on the pages' own cards."""
    known = catalogue()
    for theme, declared in known.themes.items():
        yield f"## {declared.label}\n"
        for code, one in known.indicators.items():
            if one.theme == theme:
                yield f"({code})=\n### {one.label}\n\n`{code}`, {one.unit}\n"
                yield from (
                    f"**{wording.say('card', key)}.** {wording.sentence(text)}\n"
                    for key, text in explaining.facts(code).items()
                )
                yield from (f"- {held.cite}, {held.years} : <{held.page}>"
                            for held in explaining.held(code))  # fmt: skip
                yield ""


# --- Sphinx --------------------------------------------------------------------------------------

CODE = (nodes.literal, nodes.literal_block, nodes.comment, nodes.raw, addnodes.desc_sig_element)
PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "reference/commande": commands,
    "reference/python": names,
    "fiches": cards,
}


def _completed(_app: Sphinx, name: str, source: list[str]) -> None:
    if name in PAGES:
        source[0] += "\n" + "\n".join(PAGES[name]())


def _printed(_app: Sphinx, page: nodes.document) -> None:
    """French spaces and apostrophes, but in code."""
    for text in list(page.findall(nodes.Text)):
        default = "default_value" in text.parent.get("classes", ())
        if not default and not isinstance(text.parent, CODE):
            told = re.sub("'$", "’", french(text)).replace(" -- ", " – ")
            text.parent.replace(text, nodes.Text(told))


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask Sphinx to complete each of the pages when it reads it, and to print it well."""
    app.connect("source-read", _completed)
    app.connect("doctree-read", _printed, priority=100)  # before its titles are kept
    return {"parallel_read_safe": True}
