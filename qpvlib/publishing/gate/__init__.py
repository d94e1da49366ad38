"""What forbids a page or a document to be published: small checks, each named, without a browser.

A check takes a page as it is built and says its faults, in French. Those of a page are ``PAGES``,
those of a Word file ``WORDS``; the accessibility statement names them (``accessibility.toml``).
"""

from collections.abc import Callable, Iterator, Sequence

from nbformat import NotebookNode

from qpvlib.catalogue import QpvError
from qpvlib.publishing.gate import frame, papers, parts, tables, typography
from qpvlib.publishing.gate.seen import Seen
from qpvlib.publishing.job import Page

MOST = 3  # faults of one kind that are told: the others are counted

PAGES: tuple[Callable[[Seen], Iterator[str]], ...] = (
    frame.cells_end, frame.doctype, frame.language, frame.titled, frame.one_title, frame.no_script,
    frame.no_network, frame.weight, frame.own_area, frame.first_screen, frame.one_main,
    parts.ids_once, parts.anchors_exist, parts.headings_in_order, parts.nothing_empty,
    parts.tab_order, parts.lists_whole, parts.folds_named, parts.captions_placed,
    parts.addresses_whole, parts.no_style_in_body, parts.roles_allowed, parts.names_heard,
    parts.images_told, parts.images_distinct,
    tables.captioned, tables.scoped, tables.headers_reach, tables.decimals_alike,
    tables.colours_said,
    typography.escaped_once, typography.no_break, typography.apostrophes,
)  # fmt: skip

WORDS: tuple[Callable[[papers.Paper], Iterator[str]], ...] = (
    papers.word_french, papers.word_titled, papers.word_pictures, papers.word_headers,
    papers.word_typed,
)  # fmt: skip

NAMES = {check.__name__ for check in (*PAGES, *WORDS)}


def page(notebook: NotebookNode | None, html: str, about: Page) -> list[str]:
    """Everything that forbids a page to be published, in French; empty if it may be.

    Parameters
    ----------
    notebook : NotebookNode or None
        The executed notebook it comes from, if any.
    html : str
        The page as it would be written.
    about : Page
        What it says of itself: its area, the most words of its first screen.
    """
    outputs = [o for cell in (notebook.cells if notebook else ()) for o in cell.get("outputs", [])]
    return _told(PAGES, Seen(html, about, outputs))


def document(content: bytes) -> list[str]:
    """Everything that forbids a Word file to be published, in French; empty if it may be."""
    return _told(WORDS, papers.Paper(content))


def require(name: str, faults: Sequence[str]) -> None:
    """Refuse what has faults, by its name: a ``QpvError`` that tells them."""
    if faults:
        raise QpvError(f"{name} refusé : {' ; '.join(faults)}")


def _told(checks: Sequence[Callable], seen: object) -> list[str]:
    faults = []
    for check in checks:
        found = list(dict.fromkeys(check(seen)))
        faults += found[:MOST]
        if len(found) > MOST:
            faults.append(f"et {len(found) - MOST} de même ({check.__name__})")
    return faults
