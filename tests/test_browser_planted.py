"""Faults planted in a small page, which each check of the browser has to find."""

import browsing
import colours
import paper
import pytest

pytestmark = pytest.mark.browser

TABLE = """<table><caption>Chiffres</caption><thead><tr><th scope="col">Lieu</th>
<th scope="col">Valeur</th></tr></thead><tbody><tr><th scope="row">Ici</th><td>12</td></tr></tbody>
</table>"""
FRAME = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>Une page</title>
<style>main, h1 {{ color: #111; background: #fff }} {css}</style></head>
<body><header><h1>Une page</h1></header><main><h2>Une partie</h2><p>Des mots.</p>{table}{body}
</main></body></html>"""


@pytest.fixture(scope="module")
def drawn(chromium):
    """A page of this body and style, in a tab."""
    tab = chromium.new_page(viewport={"width": 320, "height": 600})

    def draw(body="", css="", table=TABLE):
        tab.set_content(FRAME.format(css=css, body=body, table=table))
        return tab

    yield draw
    tab.close()


SCRIPTS = {
    "sideways": browsing.OVERFLOW, "clipped": browsing.CLIPPED, "cells": browsing.CELLS,
    "over": browsing.OVER, "moving": browsing.MOVING, "texts": colours.TEXTS,
    "drawn": colours.DRAWN,
}  # fmt: skip
BAND = '<svg viewBox="0 0 90 20" width="90"><rect y="4" width="40" height="9" fill="#e4e8eb"'


def test_a_sound_page_has_no_fault(drawn):
    tab = drawn(body=f'{BAND} stroke="#66717c"/></svg>')
    assert [name for name, script in SCRIPTS.items() if tab.evaluate(script)] == []
    assert browsing.doubts(tab) == []
    assert paper.alone(tab, paper.sheets(tab)) == []


@pytest.mark.parametrize(
    ("check", "body", "css"),
    [
        ("sideways", "<pre>" + "long " * 40 + "</pre>", ""),
        ("clipped", "<p class=cut>Deux lignes de mots, dont une seule se voit ici.</p>",
         ".cut { height: 1em; width: 6em; overflow: hidden }"),
        ("cells", "", "table { table-layout: fixed; width: 2em } td { white-space: nowrap }"),
        ("over", "", "td { position: relative; left: -3em }"),
        ("moving", "", "a, p { transition: color .3s }"),
        ("moving", "", "html { scroll-behavior: smooth }"),
        ("texts", "", "p { color: #777; background: #ddd }"),
        ("texts", "", "p { color: #444; background: linear-gradient(#fff, #999) }"),
        ("drawn", f"{BAND}/></svg>", ""),
    ],
)  # fmt: skip
def test_a_fault_is_found(drawn, check, body, css):
    assert drawn(body, css).evaluate(SCRIPTS[check])


@pytest.mark.parametrize(
    "body", ["<a href='#a'>Un</a><a href='#b'>De</a>", "<p role=img>Rien</p>", "<h5>Trop bas</h5>"]
)
def test_axe_finds_a_violation_of_whatever_impact(drawn, body):
    assert browsing.doubts(drawn(body, "a { font-size: 8px }"))


def test_a_header_that_a_style_hides_is_counted_out(drawn):
    whole = browsing.heads(drawn())
    assert (whole["columnheader"], whole["rowheader"]) == (2, 1)
    assert browsing.heads(drawn(css="thead { display: none }"))["columnheader"] == 0
    laid = "table, tbody, tr, th, td { display: block }"
    kept = "thead { position: absolute; clip-path: inset(50%) }"
    assert browsing.heads(drawn(css=laid + kept)) == whole


def test_a_title_alone_at_the_foot_of_a_sheet_is_found(drawn):
    tall = "<div style='height: 24.5cm'></div><h2>Une autre partie</h2>"
    after = "<p style='break-before: page'>La suite.</p>"
    for body, found in (
        (tall + after, ["Uneautrepartie"]),
        (tall + "<p>La suite.</p>" + after, []),
    ):
        tab = drawn(body)
        assert paper.alone(tab, paper.sheets(tab)) == found
