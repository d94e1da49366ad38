"""Are the catalogue's sentences sound? Braces in pairs, and only the parts that the code gives."""

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from string import Formatter

from qpvlib.catalogue.entries import Indicator
from qpvlib.catalogue.faults import near, unknown

TO_FILL = "À COMPLÉTER"  # in a draft: what its reader must find
DATED = ":"  # after a part that is a date: « {day:%d/%m/%Y} »


def unsound(sentence: str, given: Collection[str] = ()) -> str:
    """What is wrong with the braces of a sentence; empty when nothing is.

    Parameters
    ----------
    given : collection of str
        The parts that the code gives it.

    Examples
    --------
    >>> unsound("{numerateur} des {denominator}", ["numerator", "denominator"])
    "l'accolade « numerateur » n'existe pas. Voulez-vous dire « numerator » ? Il y a : ..."
    >>> unsound("{value des habitants", ["value"])
    'accolade ouverte et non fermée, ou fermée et non ouverte'
    """
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError:
        return "accolade ouverte et non fermée, ou fermée et non ouverte"
    if any(set(text) & set("{}") for text, *_ in parts):
        return "accolade doublée, qui se verrait"
    names = [part.rstrip(DATED) for part in given]
    listing = f"Il y a : {', '.join(names)}." if names else "Ce texte n'en a aucune."
    for _, name, form, conversion in parts:
        if name is not None and name not in names:
            return unknown("l'accolade", name, names, listing)
        if conversion or (form and f"{name}{DATED}" not in given):
            return f"l'accolade « {name} » ne prend pas de format"
    return ""


COUNTED = ("{numerator}", "{denominator}", "({value})")


def statement_fault(indicator: Indicator, told: str) -> str:
    """What is wrong with a clause of an indicator: its braces, or what it does not tell."""
    share = indicator.measure == "share"
    if not told:
        return ""
    wrong = unsound(told, ("value", "numerator", "denominator", "year") if share else ("value",))
    lost = [part for part in (COUNTED if share else ("{value}",)) if part not in told]
    return wrong or (f"il manque {' et '.join(lost)}" if lost else "")


def texts(content: object) -> Iterator[str]:
    """Every text of a declaration, however deep."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list | dict):
        for part in content.values() if isinstance(content, dict) else content:
            yield from texts(part)


def given() -> dict[str, dict[str, tuple[str, ...]]]:
    """The parts that the code gives each sentence of ``phrases*.toml``, by group and key."""
    tables = tomllib.loads((Path(__file__).parent / "parts.toml").read_text("utf-8"))
    return {g: {k: tuple(p.split()) for k, p in table.items()} for g, table in tables.items()}


def phrase_faults(files: dict[str, dict]) -> list[str]:
    """Faults of the sentences of each file, and those with parts that no file has."""
    parts, faults = given(), []
    for name, groups in files.items():
        for group, sentences in groups.items():
            place = f"{name}, [{group}]"
            if not isinstance(sentences, dict):
                faults.append(f"{place} : une section de phrases est attendue")
                continue
            known = parts.get(group, {})
            faults += group_faults(place, sentences, known)
    held = {group: table for groups in files.values() for group, table in groups.items()}
    if all(files.values()):  # a file that cannot be read is told already
        faults += [
            f"phrases*.toml, [{group}] : phrase « {key} » absente{_offer(key, held.get(group, {}))}"
            for group, keys in parts.items()
            for key in keys
            if isinstance(held.get(group, {}), dict)
            if key not in held.get(group, {})
        ]
    return faults


def group_faults(place: str, sentences: dict, known: dict[str, tuple[str, ...]]) -> list[str]:
    """Faults of the texts of one section; ``known`` are the parts given, by key."""
    faults = []
    for key, sentence in sentences.items():
        if not isinstance(sentence, str):
            faults.append(f"{place}, champ « {key} » : un texte entre guillemets est attendu")
        elif wrong := unsound(sentence, known.get(key, ())):
            faults.append(f"{place}, champ « {key} » : {wrong}")
    return faults


def _offer(key: str, sentences: dict) -> str:
    nearest = near(key, sentences)
    return f" ; la plus proche est « {nearest} »" if nearest else ""
