"""The blocks of code of the documents, and what the comment above each says of running it.

``<!-- run: long -->``: with « make acceptance » only. ``browser``: the same, where there is a
Chromium. ``raw``: the same, with the producers' files. ``tests/….py``: by that file.
``<!-- no-run: … -->``: never, and why. Without a comment, always.
"""

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^(`{3,})([^`\n]*)\n(.*?)^\1$", re.M | re.S)
MARK = re.compile(r"<!-- (run|no-run): ?(.*?) -->\n+$")
COMMANDS = ("sh", "console", "python", "bat")
SHOWN = ("text", "toml")  # what is read, not run


@dataclass(frozen=True)
class Fence:
    """A block: its document, its first line, its language, its text; ``run`` or ``no-run``."""

    page: str
    line: int
    language: str
    text: str
    mark: str
    told: str

    @property
    def quick(self):
        return self.language in COMMANDS and not self.mark

    @property
    def long(self):
        return self.mark == "run" and not self.told.startswith("tests/")

    def __str__(self):
        return f"{self.page}, ligne {self.line}"


def documents(root: Path) -> list[str]:
    """Paths of every document that people read, in the order of their names."""
    found = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return sorted(path.relative_to(root).as_posix() for path in found)


def fences(root: Path, page: str) -> list[Fence]:
    """Blocks of a document; the directives of Sphinx are none."""
    text = (root / page).read_text("utf-8")
    told = []
    for match in FENCE.finditer(text):
        mark = MARK.search(text[: match.start()])
        line = text[: match.start()].count("\n") + 1
        if not match[2].startswith("{"):
            told.append(
                Fence(page, line, match[2], match[3], *(mark.groups() if mark else ("", "")))
            )
    return told


def dialogue(text: str) -> list[tuple[str, str]]:
    """Each command typed at a prompt, and the lines shown after it."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.M)
    return list(zip(parts[1::2], parts[2::2], strict=True))
