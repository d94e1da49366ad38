"""How the tests read a drawing: its scale, its legend, what it has to show. Nothing of qpvlib.

But the hill of an indicator: no page has one, and notebooks do.
"""

from functools import cache

import facts
import reading

HILLS = ("moins_25_ans", "taux_pauvrete", "taux_emploi_femmes", "demandeurs_sans_cap_bep", "c2s",
         "rotation")  # fmt: skip


@cache
def hill(code, indicator):
    """The figure that ``qpvlib.figures.position`` gives, as a page's."""
    from qpvlib import figures
    from qpvlib.tables.areas import neighbourhood

    return reading.figure(figures.position(neighbourhood(code), indicator).html)


class Scale:
    """Value → position, from two values and where the drawing has them."""

    def __init__(self, first, last):
        (a, at_a), (b, at_b) = ((float(value), float(x)) for value, x in (first, last))
        self.origin, self.start, self.step = a, at_a, (at_b - at_a) / (b - a)
        self.range = abs(b - a)

    def __call__(self, value):
        return self.start + (float(value) - self.origin) * self.step

    def blur(self, value):
        """What the rounding of the two known positions makes of another, in pixels."""
        return 0.2 + 0.2 * abs(float(value) - self.origin) / self.range

    def held(self, value, least, most):
        return min(max(self(value), least), most)


def svgs(element):
    return element.xpath(".//svg")


def shape(drawing):
    """What tells a mark: its outline and its colours."""
    mark = [e for e in drawing.iter("circle", "path") if e.get("stroke")][-1]
    return mark.tag, mark.get("d"), mark.get("fill"), mark.get("stroke")


def key(page):
    """Colours and marks as the page's legend gives them."""
    items = page.root.xpath("//ul/li[svg]")
    band, ticks, _, *marks = [item.find("svg") for item in items]
    names = [reading.text(item) for item in items[3:]]
    meant = dict(zip(["harder", "easier", "comparable", "descriptive"], marks, strict=True))
    assert [name.split(" : ")[-1].split(" (")[0] for name in names] == [
        "plus de difficultés", "moins de difficultés", "comparable", "descriptif",
    ]  # fmt: skip
    light, dark, median = band.findall("path")
    return {
        "light": light.get("fill"), "dark": dark.get("fill"), "median": median.get("stroke"),
        "peers": ticks.find("path").get("stroke"),
        **{kind: shape(drawing) for kind, drawing in meant.items()},
    }  # fmt: skip


def others(row):
    """The département's other neighbourhoods, in order."""
    values = facts.peers(row.indicator, row.year)
    if row.value is not None:
        values.remove(row.value)
    return values


def same_year(row):
    """Communes, or the EPCI where no commune has one, and département, of the same year."""
    found = {}
    for level in ("commune", "epci", "departement"):
        for area in facts.around(row.area, level):
            other = facts.beside(area, row)
            if other and row.value is not None and other.year == row.year:
                found.setdefault(level, []).append(other)
    nearest = found.get("commune") or found.get("epci", [])
    return nearest + found.get("departement", [])
