"""Maps as pictures for a document: PNG for Word, SVG for a page; the same bytes everywhere."""

import io
import zlib

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from PIL import Image

from qpvlib.catalogue import wording
from qpvlib.document.blocks import Figure, Picture
from qpvlib.figures.atlas import overview_alt, overview_axes, size
from qpvlib.figures.canvas import plainly
from qpvlib.figures.land import outlines
from qpvlib.figures.maps import HIGH, WIDE, drawn, vector
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, whole

DOTS = 144  # per inch: twice the pixels of the drawing


def png(axes: Axes) -> bytes:
    """A picture as PNG, its texts ringed with white; no date, no name of a program."""
    out = io.BytesIO()
    pixels(axes).save(out, "png", compress_type=zlib.Z_RLE)
    return out.getvalue()


def pixels(axes: Axes) -> Image.Image:
    """A picture as pixels, its texts ringed with white for the time it takes."""
    for text in axes.texts:
        text.set_path_effects([withStroke(linewidth=3, foreground="#fff")])
    out = io.BytesIO()
    axes.figure.savefig(out, format="rgba", dpi=DOTS)
    for text in axes.texts:
        text.set_path_effects([])
    wide, high = (axes.figure.get_size_inches() * DOTS).astype(int)
    # Nothing shines through; and runs of one colour are all that there is to compress.
    return Image.frombuffer("RGBA", (wide, high), out.getbuffer()).convert("RGB")


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
    n = len(neighbourhoods())
    drawn = wording.say("annex", "drawn" if len(outlines()) else "drawn_own")
    key = "overview_caption" if n > 1 else "overview_caption_one"
    caption = wording.say("annex", key, n=n, of=whole()[1], drawn=drawn)
    image = FORMS[form](overview_axes())
    wide, high = size(image) if form == "html" else (0, 0)
    return Figure(Picture(image, overview_alt(), wide, high, paper=15.5), caption, caption)
