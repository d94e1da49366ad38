"""One palette, one scale of letters: the style sheets and docs/design.md say no other."""

import re
from pathlib import Path

import pytest

from qpvlib.document import palette

ROOT = Path(__file__).parent.parent
SHEETS = ("qpvlib/document/templates/style.css", "qpvlib/publishing/template/page.css")
TEXTS = ("ink", "text", "note", "accent", "harder", "easier")


def light(colour):
    """Relative luminance of « #rrggbb » or « #rgb » (WCAG 2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other, roles=palette.ROLES):
    low, high = sorted((light(roles[one]), light(roles[other])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("path", SHEETS)
def test_a_sheet_has_no_colour_of_its_own_and_only_declared_roles(path):
    sheet = (ROOT / path).read_text("utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;}, ])", sheet) == []
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", sheet)) - {"foot", "head"}
    assert used <= {*palette.ROLES, *(f"f-{size}" for size in palette.SIZES)}


def test_each_size_is_one_of_the_scale_on_paper_too():
    for path in SHEETS:
        sheet = (ROOT / path).read_text("utf-8")
        base = sheet.replace("html{font-size:8.35pt}", "")  # what an em of paper is, no letter
        assert re.findall(r"font-size:[\d.]+(?:rem|px|pt)", base) == []


@pytest.mark.parametrize("roles", [palette.ROLES, palette.ROLES | palette.DARK])
def test_texts_are_readable_on_their_grounds_and_marks_on_their_bands(roles):
    for role in TEXTS:
        assert contrast(role, "paper", roles) >= 4.5, role
        assert contrast(role, "land", roles) >= 4.5, role
    for side in ("harder", "easier"):
        for ground in (f"{side}-1", f"{side}-2"):
            assert contrast(f"{side}-sign", ground, roles) >= 4.5
            assert contrast("ink", ground, roles) >= 4.5
    # An outline, by which a band is seen, and what lies on it.
    for mark in ("peer", "median", "harder", "easier", "comparable", "accent"):
        assert min(contrast(mark, ground, roles) for ground in ("paper", "band", "centre")) >= 3


def test_what_a_map_and_a_trend_are_made_of_is_seen():
    names = {name: getattr(palette, name) for name in ("EDGE", "FRINGE", "LAND", "TINT", "NOISE")}
    for edge, grounds in (("EDGE", ("sheet", "LAND", "TINT")), ("FRINGE", ("sheet", "NOISE"))):
        for ground in grounds:
            assert contrast(edge, ground, palette.ROLES | names) >= 3, (edge, ground)


def test_a_dark_screen_has_a_colour_for_each_role_but_the_sheet_of_pictures():
    assert {*palette.ROLES} - {*palette.DARK} == {"sheet"}


def test_the_document_says_the_scale_and_the_contrasts():
    told = (ROOT / "docs" / "design.md").read_text("utf-8")
    for role, (screen, phone, paper) in palette.SIZES.items():
        pixels = [f"{16 * float(size.removesuffix('rem')):g} px" for size in (screen, phone)]
        points = paper.replace("pt", " pt").replace(".", ",")
        row = next(line for line in told.splitlines() if line.startswith(f"| `{role}`"))
        assert [cell.strip() for cell in row.split("|")[2:5]] == [*pixels, points]
    for role in TEXTS:
        row = next(line for line in told.splitlines() if f"`{role}` |" in line)
        *_, colour, ratio, _ = (cell.strip() for cell in row.split("|"))
        assert colour == palette.ROLES[role]
        assert ratio == f"{contrast(role, 'paper'):.1f}".replace(".", ",")
