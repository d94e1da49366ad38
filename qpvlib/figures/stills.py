"""Maps as pictures for a document: PNG for Word, SVG for a page; the same bytes everywhere."""

import io
import zlib
from collections.abc import Mapping
from functools import cache

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patheffects import withStroke
from PIL import Image, PngImagePlugin

from qpvlib.catalogue import wording
from qpvlib.document.blocks import Figure, Picture
from qpvlib.document.palette import (
    ACCENT,
    BAND,
    CENTRE,
    EDGE,
    INK,
    LAND,
    NOISE,
    NOTE,
    PEER,
    RULE,
    TEXT,
    TINT,
)
from qpvlib.figures.atlas import overview_alt, overview_axes, size
from qpvlib.figures.canvas import plainly
from qpvlib.figures.maps import HIGH, WIDE, drawn, vector
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, whole

DOTS = 144  # per inch: twice the pixels of the drawing


def png(axes: Axes, told: Mapping[str, str] | None = None, ringed: int | None = None) -> bytes:
    """A picture as PNG, its texts ringed with white; no date, no name of a program.

    ``told`` is what a file of its own says of itself; ``ringed`` how many of its texts are, first.
    """
    for text in axes.texts[:ringed]:
        text.set_path_effects([withStroke(linewidth=3, foreground="#fff")])
    out = io.BytesIO()
    axes.figure.savefig(out, format="rgba", dpi=DOTS)
    wide, high = (axes.figure.get_size_inches() * DOTS).astype(int)
    # Nothing shines through; and runs of one colour are all that there is to compress.
    picture = Image.frombuffer("RGBA", (wide, high), out.getbuffer()).convert("RGB")
    out = io.BytesIO()
    if told is None:
        picture.save(out, "png", compress_type=zlib.Z_RLE)
        return out.getvalue()
    said = PngImagePlugin.PngInfo()
    for key, text in told.items():
        said.add_itxt(key, text, "fr")
    few = picture.quantize(palette=_palette(), dither=Image.Dither.NONE)
    few.save(out, "png", pnginfo=said, dpi=(DOTS, DOTS))
    return out.getvalue()


@cache
def _palette() -> Image.Image:
    """Our colours and what is between them at the edge of a line: what a lighter picture has."""
    grounds, inks = (
        [to_rgb(colour) for colour in colours]
        for colours in (("#fff", LAND, TINT, NOISE, CENTRE, BAND), (INK, TEXT, NOTE, ACCENT, PEER,
                                                                    EDGE, RULE))
    )  # fmt: skip
    steps = [
        tuple(a + (b - a) * i / n for a, b in zip(ground, ink, strict=True))
        for ground, n in zip(grounds, (6, 4, 4, 4, 4, 4), strict=True)
        for ink in inks
        for i in range(1, n)
    ]
    held = Image.new("P", (1, 1))
    held.putpalette([round(255 * part) for one in (*grounds, *inks, *steps) for part in one])
    return held


FORMS = {"docx": png, "html": vector}


@plainly
def neighbourhood_maps(
    place: Neighbourhood, form: str, only: slice = slice(None)
) -> tuple[Figure, ...]:
    """Département, commune, perimeter, as the maps of its page, or ``only`` some of them."""
    return tuple(
        Figure(Picture(image, alt, WIDE, HIGH, paper=5.7), caption, caption)
        for image, caption, alt in drawn(place, FORMS[form], only)
    )


@plainly
def overview_map(form: str) -> Figure:
    """Every neighbourhood by its number."""
    caption = wording.say("annex", "overview_caption", n=len(neighbourhoods()), of=whole()[1])
    image = FORMS[form](overview_axes())
    wide, high = size(image) if form == "html" else (0, 0)
    return Figure(Picture(image, overview_alt(), wide, high, paper=15.5), caption, caption)
