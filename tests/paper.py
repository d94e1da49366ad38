"""Pages as a browser lays them out, on a screen and on paper."""

from io import BytesIO

from pypdf import PdfReader

FOOT = 32  # points: under them, the running foot of a sheet
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


# Words of the titles of a page, and of all that is not one: parts, tables and their heads, groups.
TITLES = """() => {
    const heads = 'h2, h3, h4, caption, summary, thead th, th[scope=rowgroup]';
    const flat = e => e.textContent.replace(/\\s/g, '');
    const titles = [...document.querySelectorAll(heads)].map(flat);
    const rest = document.body.cloneNode(true);
    rest.querySelectorAll(`${heads}, nav, style`).forEach(e => e.remove());
    return [titles.join('|'), flat(rest)];
}"""


def alone(tab, printed):
    """Last line of each printed sheet that is but titles: what they head is on the next one."""
    titles, rest = tab.evaluate(TITLES)
    found = []
    for sheet in printed[:-1]:
        pieces = [(round(y), "".join(text.split())) for _, y, text in letters(sheet) if y > FOOT]
        lowest = min(y for y, _ in pieces)
        last = [text for y, text in pieces if y - lowest <= 1]
        if all(text in titles for text in last) and not all(text in rest for text in last):
            found.append(" ".join(last))
    return found
