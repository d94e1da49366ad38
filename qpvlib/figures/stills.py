"""Maps as pictures for a document: PNG for Word, SVG for a page; the same bytes everywhere."""

import io

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from qpvlib.catalogue import wording
from qpvlib.figures.atlas import overview, overview_axes
from qpvlib.figures.canvas import FONT, svg
from qpvlib.figures.maps import drawn
from qpvlib.tables.areas import Neighbourhood, neighbourhoods, whole

DOTS = 144  # per inch: twice the pixels of the drawing


def png(axes: Axes) -> bytes:
    """A picture as PNG, its texts ringed with white; no date, no name of a program."""
    for text in axes.texts:
        text.set_path_effects([withStroke(linewidth=3, foreground="#fff")])
    out = io.BytesIO()
    with mpl.rc_context({"font.family": FONT}):
        axes.figure.savefig(out, format="png", dpi=DOTS, metadata={"Software": None})
    return out.getvalue()


def vector(axes: Axes) -> bytes:
    """A picture as SVG."""
    return svg(axes, halo=True).encode()


FORMS = {"docx": png, "html": vector}


def neighbourhood_maps(place: Neighbourhood, form: str) -> list[tuple[bytes, str, str]]:
    """Département, commune, perimeter: picture, alternative text, caption of each."""
    return [(picture, alt, caption) for picture, caption, alt in drawn(place, FORMS[form])]


def overview_map(form: str) -> tuple[bytes, str, str]:
    """Every neighbourhood by its number: picture, alternative text, caption."""
    of = whole()[1]
    caption = wording.say("annex", "overview_caption", n=len(neighbourhoods()), of=of)
    return FORMS[form](overview_axes()), overview().alt, caption
