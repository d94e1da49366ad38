"""What a notebook cell shows: a figure or a table that carries its area and its data."""

import hashlib
import html
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from urllib.parse import quote

import pandas as pd


def escape(text: object) -> str:
    """Text safe inside HTML, attributes included."""
    return html.escape(str(text), quote=True)


def checksum(data: pd.DataFrame) -> str:
    """Twelve hexadecimal digits of the figures an exhibit shows, whatever the machine."""
    text = data.to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def style() -> str:
    """The project's style sheet, shared by JupyterLab and the published pages."""
    return (resources.files("qpvlib") / "publishing" / "template" / "style.css").read_text("utf-8")


# What a page can be taken apart into: figures, tables, sentences. Each carries its area and the
# checksum of its data, so that one that strays into another page is known (``qpv check reports``).
UNITS = ("figure", "table", "p", "li", "dl")
_UNITS = re.compile(rf"<({'|'.join(UNITS)})(?=[\s>])")


@dataclass(frozen=True)
class Exhibit:
    """A piece of a page: its HTML, with the area and the data it shows.

    Its figures, tables and sentences are stamped with both. The same object displays in JupyterLab
    (style included) and in the batch (the page has the style already).
    """

    html: str
    title: str
    area: str
    data: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    alt: str = ""

    def _repr_html_(self) -> str:
        stamp = f'data-area="{escape(self.area)}" data-checksum="{checksum(self.data)}"'
        html = _UNITS.sub(rf"<\1 {stamp}", self.html)
        return f'<style data-qpv>{style()}</style><div class="qpv exhibit" {stamp}>{html}</div>'


def image(svg: str, alt: str, width: int, height: int, kind: str = "") -> str:
    """An SVG as an isolated picture: its ids and styles cannot meet the page's."""
    flat = re.sub(r"[ \n\t]+", " ", svg)  # and no other space: U+202F must stay
    source = "data:image/svg+xml," + quote(flat, safe=" =:/,;()'-._~!*<>@+&?")
    source = source.replace("<", "%3C").replace(">", "%3E").replace("&", "%26")
    return (
        f'<img class="{escape(kind)}" alt="{escape(alt)}" width="{width}" height="{height}" '
        f'src="{source}">'
    )


def figure(picture: str, title: str, caption: str, table: str = "") -> str:
    """A figure with its caption and, folded, the table of its data."""
    more = f"<details><summary>Données de la figure</summary>{table}</details>" if table else ""
    return (
        f'<figure role="figure" aria-label="{escape(title)}">{picture}'
        f"<figcaption>{caption}</figcaption>{more}</figure>"
    )


def table(
    caption: str, head: list[str], rows: list[list[str]], numeric: int = 1, kind: str = ""
) -> str:
    """An accessible HTML table: caption, ``scope`` on every header, first cell of a row its header.

    Parameters
    ----------
    caption : str
        HTML; says what the table holds.
    head : list of str
        HTML of the column headers.
    rows : list of list of str
        HTML of the cells, header of the row first.
    numeric : int
        Column from which cells are aligned as numbers.
    """
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(
            f'<td class="num">{cell}</td>' if i >= numeric else f"<td>{cell}</td>"
            for i, cell in enumerate(row[1:], start=1)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(_plain(caption))}">'
        f'<table class="{escape(kind)}"><caption>{caption}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _plain(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", text))
