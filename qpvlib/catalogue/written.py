"""The TOML files that people edit: read, and where in them each fault is."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from qpvlib.catalogue.faults import Faults, QpvError, misread, slug
from qpvlib.project import current

HEAD = "Catalogue :"
_KEY = re.compile(r'\s*(?:[\w-]+|"[^"]*")(?:\s*\.\s*[\w-]+)*\s*=')
_BEGUN = re.compile(rf"\[|{_KEY.pattern}")  # a section, or a key and its sign =
_PLACE = re.compile(r"([\w-]+\.toml), \[([^\]]+)\](?:(?:,| :) champ « ([^»]+) »)?")
_GUESSES = {  # what is seen of a line that is not TOML → what to do
    r"\s*\[[^\[\]]*$": "crochet ] oublié",
    r"\s*[\w-]+\s*:": "un signe = et non :",
    r"\s*[\w-]+\s*$|\s*[\w-]+\s+[\"\[{\d-]": "signe = oublié",
    r"[^=\"]+=\s*[«“”„‘’]": 'guillemets droits attendus (") autour du texte',
    r"[^=\"]+=\s*'": "une apostrophe ferme le texte : l'entourer de guillemets droits (\")",
    r"[^=\"]+=\s*-?\d+,\d": "virgule décimale : écrire un point",
    r"[^=\"]+=\s*(?:#.*)?$": "valeur oubliée après le signe =",
    r"[^=\"]+=\s*[A-Za-zÀ-ÿ]": 'guillemets (") oubliés autour du texte',
    r'.*[\]"]\s+[\w-]+\s*=': "virgule oubliée",
    r".*\[[^\]]*,\s*[\w-]+\s*=": "crochet ] oublié",
    r'[^"]*(?:"[^"]*"[^"]*)*"[^"]*$': 'guillemet (") oublié, ou de trop',
    r'[^"]*"[^"]*"\s*[^\s,#\]}"]': "guillemet dans le texte : l'écrire « » à l'intérieur",
}


def refused(faults: Iterable[str]) -> Faults:
    """What a catalogue with faults raises: each fault with its line, where it can be found."""
    return Faults(HEAD, located(current().catalogue, faults))


def toml_file(folder: Path, name: str, faults: list[str]) -> dict:
    """A file of the catalogue; an unreadable one is a fault, and empty."""
    try:
        return toml(folder / name)
    except QpvError as error:
        faults.append(str(error))
        return {}


def toml(place: Path) -> dict:
    """A TOML file that people edit.

    Raises
    ------
    QpvError
        When it is absent, not UTF-8, or not TOML: the line, what to do.
    """
    try:
        text = place.read_bytes().decode("utf-8-sig")
        return tomllib.loads(text)
    except FileNotFoundError:
        told = f" : fichier absent de {place.parent}"
    except UnicodeDecodeError as error:
        line, byte = misread(error)
        told = f", ligne {line} : pas en UTF-8 ({byte}) ; l'enregistrer en UTF-8"
    except (ValueError, RecursionError) as error:  # a number of 5 000 digits, nested brackets
        where, guess = _misspelt(text.splitlines(), str(error))
        told = f", {where} : ce n'est pas du TOML ({guess})"
    raise QpvError(place.name + told)


def _misspelt(lines: list[str], error: str) -> tuple[str, str]:
    """Where a mistake of TOML is, and what it may be; a bracket never closed is told at its own."""
    found = re.search(r"line (\d+), column (\d+)", error)
    line, column = (int(found[1]), int(found[2])) if found else (len(lines) + 1, 1)
    told = lines[line - 1] if line <= len(lines) else ""
    if twice := re.search(r"Cannot declare \((.+?),?\) twice", error):
        name = twice[1].replace("'", "").replace(", ", ".")
        return f"ligne {line}", f"la section [{name}] est déclarée deux fois"
    if "overwrite" in error:
        name = told.partition("=")[0].strip()
        return f"ligne {line}", f"« {name} » est donné deux fois, ou [nom] oublié au-dessus"
    start = _begun(lines, line - 1) if column == 1 else 0
    if start and _open(lines[start - 1 : line - 1]):
        return f"ligne {start}", "crochet ] ou accolade } jamais refermés"
    if (header := re.match(r"\s*\[([^\[\]]+)\]\s*$", told)) and re.search(
        r"[^\w.-]|[^ -~]", header[1]
    ):
        return f"ligne {line}", f"nom refusé ; écrire [{slug(header[1]).replace('-', '_')}]"
    guesses = (guess for seen, guess in _GUESSES.items() if re.match(seen, told))
    where = f"ligne {line}, caractère {column}" if found else "à la fin"
    brackets = "crochet ] ou accolade } oubliés"
    other = brackets if _open([told]) else "guillemet, crochet, virgule ou signe = oublié ?"
    return where, next(guesses, other)


def _begun(lines: list[str], line: int) -> int:
    """Line where what stands on a line began; 0 when nothing did."""
    return next((n for n in range(min(line, len(lines)), 0, -1) if _BEGUN.match(lines[n - 1])), 0)


def _open(lines: list[str]) -> bool:
    """Whether some lines open more brackets than they close, texts and comments apart."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|#.*', "", "\n".join(lines))
    return any(bare.count(a) > bare.count(b) for a, b in ("[]", "{}"))


# --- where a fault is ----------------------------------------------------------------------------


def located(folder: Path, faults: Iterable[str]) -> list[str]:
    """The faults that begin with a file, a section and a field, each with its line in the file."""
    files: dict[str, list[str]] = {}
    told = []
    for fault in faults:
        if place := _PLACE.match(fault):
            file, entry, field = place.groups()
            if file not in files:
                at = folder / file
                files[file] = at.read_text("utf-8-sig").splitlines() if at.is_file() else []
            path = [*entry.split("."), *(field or "").split(".")]
            line = _line(files[file], path, len(entry.split(".")), fault[place.end() :])
            fault = fault.replace(file, f"{file}, ligne {line}", 1) if line else fault
        told.append(fault)
    return told


def _line(lines: list[str], path: list[str], least: int, said: str) -> int:
    """Line of a section, or of its field; of the part of it that the fault names."""
    for depth in range(len(path), least - 1, -1):
        header = rf"\s*\[+{re.escape('.'.join(path[:depth]))}{'[].]' if depth == least else ']'}"
        found = [n for n, line in enumerate(lines, 1) if re.match(header, line)]
        if not found:
            continue
        start, key = found[-1], path[depth] if depth < len(path) else ""
        for n in range(start + 1, len(lines) + 1) if key else []:
            if re.match(r"\s*\[\w", lines[n - 1]):
                break
            if re.match(rf'\s*"?{re.escape(key)}"?\s*[.=]', lines[n - 1]):
                return _named(lines, n, [*path[depth + 1 :], *re.findall("« ([^»]+) »", said)])
        return start
    return 0


def _named(lines: list[str], start: int, names: list[str]) -> int:
    """The line, of those of a field, that holds one of the names that a fault tells."""
    end = next((n for n in range(start + 1, len(lines) + 1) if _BEGUN.match(lines[n - 1])), start)
    own = range(start, max(end, start + 1))
    for name in names:
        for n in own:
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", lines[n - 1]):
                return n
    return start
