"""What the library's code gives the sentences that it says, read from the code itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from qpvlib.project import HERE

LIBRARY = HERE / "qpvlib"
BOUND = {"qpvlib.figures.canvas": "figures", "qpvlib.publishing.jobs": "site"}
ANY = ".*"
SAYING = ("partial(say,", "partial(several,", "partial(wording.say,")


class Call(NamedTuple):
    """A sentence said: where, patterns of its group and of its key, the parts given by name."""

    place: str
    group: str
    key: str
    parts: set[str | None]

    @property
    def exact(self) -> bool:
        """Whether the code names the sentence, and gives nothing by ``**``."""
        return ANY not in self.group + self.key and None not in self.parts


def calls() -> Iterator[Call]:
    """Every call of ``say``, of ``several``, and of what is made of them."""
    for path in sorted(LIBRARY.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        bound = _bound(tree, path)
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            names = _names(function)
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and (said := _said(node, bound, names)):
                    yield Call(f"{path.name}:{node.lineno}", *said)


def _said(node: ast.Call, bound: dict[str, str], names: dict[str, str]) -> tuple | None:
    owner = getattr(getattr(node.func, "value", None), "id", "")
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name not in bound or owner not in ("", "wording", "jobs"):
        return None
    group = {"": bound[name], "wording": "", "jobs": "site"}[owner]
    keys = [_pattern(key, names) for key in node.args]
    keys = [re.escape(group), *keys] if group else keys
    if len(keys) < 2:
        return None
    many = "several" in name
    given = {part.arg for part in node.keywords} | ({"n"} if many else set())
    return keys[0], keys[1] + ("(?:_many)?" if many else ""), given


def _bound(tree: ast.Module, path: Path) -> dict[str, str]:
    """Names that say a sentence in a module, and the group of those that have only one."""
    module = "qpvlib." + path.relative_to(LIBRARY).with_suffix("").as_posix().replace("/", ".")
    found = {"say": BOUND.get(module, ""), "several": ""}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and "say" in {alias.name for alias in node.names}:
            found["say"] = BOUND.get(node.module or "", "")
        for name, value in _assigned(node):
            if ast.unparse(value).startswith(SAYING):
                found[name] = value.args[1].value
    return found


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        target, value = node.targets[0], node.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        pairs = zip(target.elts, value.elts, strict=True) if both else [(target, value)]
        yield from ((name.id, part) for name, part in pairs if isinstance(name, ast.Name))


def _names(function: ast.FunctionDef) -> dict[str, str]:
    """What the local names of a function may hold, as patterns."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(function):
        for name, value in _assigned(node):
            found.setdefault(name, []).append(_pattern(value, {}))
    return {name: f"(?:{'|'.join(patterns)})" for name, patterns in found.items()}


def _pattern(key: ast.expr, names: dict[str, str]) -> str:
    match key:
        case ast.Constant():
            return re.escape(str(key.value))
        case ast.IfExp():
            return f"(?:{_pattern(key.body, names)}|{_pattern(key.orelse, names)})"
        case ast.BinOp():
            return _pattern(key.left, names) + _pattern(key.right, names)
        case ast.JoinedStr():
            return "".join(_pattern(part, names) for part in key.values)
        case ast.FormattedValue():
            return _pattern(key.value, names)
        case ast.Name() if key.id in names:
            return names[key.id]
    return ANY
