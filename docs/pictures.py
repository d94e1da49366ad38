"""The pictures of the documentation, made from today's pages: « make pictures ».

Each is named in ``PAGES`` or ``CHARTS``; ``docs/images`` holds no other.
"""

import re
import shutil
import sys
from contextlib import redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path

import click
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from qpvlib.project import current
from qpvlib.publishing.prints import CHROMIUM
from qpvlib.tables.writing import write

# Page, width and height in pixels of the screen, and how many of the picture for each.
PAGES = {
    "diagnostic": ("qp045016-champ-de-la-ville", 1180, 735, 1),
    "telephone": ("qp045016-champ-de-la-ville", 360, 740, 1.5),
    "synthese": ("synthese", 1180, 760, 1),
}
CHARTS = {"premier-graphique": "docs/premier-jour.md"}  # the last that the document draws
COLOURS = 64  # as many as the pages have, letters' edges included: a third of the weight
IMAGES = current().root / "docs" / "images"


def shown(browser: Browser, reports: Path, name: str) -> bytes:
    """The top of a page, as a reader opens it."""
    page, width, height, scale = PAGES[name]
    tab = browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme="light"
    )
    tab.goto((reports / f"{page}.html").resolve().as_uri())
    picture = tab.screenshot()
    tab.close()
    return picture


def drawn(page: str) -> bytes:
    """The last chart of a document, from its own blocks of Python."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    names: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", (current().root / page).read_text("utf-8"),
                            re.M | re.S):  # fmt: skip
        lines = re.findall(r"^>>> (.*)", block, re.M)  # without the answers
        with redirect_stdout(StringIO()):
            exec("\n".join(lines) or block, names)
    picture = BytesIO()
    pyplot.gcf().set(size_inches=(6.4, 3.6), layout_engine="constrained")
    pyplot.savefig(picture, format="png", dpi=120)
    return picture.getvalue()


def light(picture: bytes) -> bytes:
    """The same in few colours."""
    kept = BytesIO()
    image = Image.open(BytesIO(picture)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    return kept.getvalue()


def main(reports: Path, images: Path = IMAGES) -> None:
    """Write every picture."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        raise SystemExit("Chromium est absent : les images viennent de ses fenêtres. L'installer.")
    if missing := {f"{page}.html" for page, *_ in PAGES.values()} - {
        path.name for path in reports.glob("*.html")
    }:
        raise SystemExit(f"{reports} n'a pas {', '.join(sorted(missing))}. D'abord : make reports")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        made = {name: shown(browser, reports, name) for name in PAGES}
        browser.close()
    made |= {name: drawn(page) for name, page in CHARTS.items()}
    for name, picture in made.items():
        write(images / f"{name}.png", light(picture))
        click.echo(images / f"{name}.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
