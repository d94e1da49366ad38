"""Pages as a browser lays them out, on a screen and on paper."""

from io import BytesIO

from pypdf import PdfReader

BOXES = """selector => [...document.querySelectorAll(selector)].map(e => {
    const b = e.getBoundingClientRect();
    return {left: b.left, right: b.right, top: b.top + scrollY, bottom: b.bottom + scrollY,
            text: e.textContent, kind: e.className};
})"""


def sheets(tab):
    """Sheets of a page, as printed without a change of its settings."""
    return PdfReader(BytesIO(tab.pdf(prefer_css_page_size=True, print_background=True))).pages


def letters(sheet):
    """Size in points, height on the sheet and text of each piece of a printed page."""
    found = []

    def seen(text, at, own, font, size):
        if text.strip():
            scale = (own[0] ** 2 + own[1] ** 2) ** 0.5 * (at[0] ** 2 + at[1] ** 2) ** 0.5
            found.append((size * scale, own[4] * at[1] + own[5] * at[3] + at[5], text.strip()))

    sheet.extract_text(visitor_text=seen)
    return found
