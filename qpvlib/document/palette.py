"""Colours and sizes of letters, each with its role: those of the style sheet and of every drawing.

Contrasts were measured on white (docs/design.md). In the style sheet a role is ``var(--ink)``.
"""

INK, TEXT, NOTE, ACCENT = "#1a1f24", "#3d454e", "#59626c", "#0b4a57"
BAND, CENTRE, MEDIAN, PEER = "#e4e8eb", "#c3cad0", "#2b333b", "#66717c"
LAND, TINT, NOISE, EDGE, RULE = "#f4f6f7", "#d0dfe2", "#d9e6e8", "#9aa3ab", "#c9cfd5"
COLOURS = {
    "harder": "#b4470a",
    "easier": "#175f9e",
    "comparable": "#4b545e",
    "descriptive": "#4b545e",
}

# What the style sheet calls them: the signs of the grids are darker, to be read on their tints.
ROLES = {
    "ink": INK, "text": TEXT, "note": NOTE, "accent": ACCENT, "paper": "#fff",
    "rule": RULE, "hair": "#e3e7ea", "line": "#b3bac1", "band": BAND, "land": LAND, "noise": NOISE,
    "harder": COLOURS["harder"], "easier": COLOURS["easier"],
    "harder-1": "#fbeee4", "harder-2": "#f3c9a8", "harder-sign": "#8a3707",
    "harder-deep": "#5f2604",
    "easier-1": "#e6eff7", "easier-2": "#b9d3ea", "easier-sign": "#124a7c",
    "invented": "#ffe08a",
}  # fmt: skip

# On a screen, on a phone, and on paper, where nothing is under 6.5 points.
SIZES = {
    "title": ("2.75rem", "1.875rem", "18pt"), "figure": ("1.625rem", "1.25rem", "12pt"),
    "part": ("1.25rem", "1.125rem", "10pt"), "value": ("1.125rem", "1rem", "8.8pt"),
    "body": ("1rem", ".9375rem", "8pt"), "label": (".875rem", ".875rem", "7.4pt"),
    "small": (".8125rem", ".8125rem", "7pt"), "fine": (".75rem", ".75rem", "6.5pt"),
}  # fmt: skip
SCREEN, PHONE, PAPER = range(3)


def variables(medium: int = SCREEN) -> str:
    """The sizes of a medium as the style sheet takes them; with the colours, on a screen."""
    colours = [f"--{role}:{colour}" for role, colour in ROLES.items()] if not medium else []
    return ";".join([*colours, *(f"--f-{name}:{sizes[medium]}" for name, sizes in SIZES.items())])


def sheet() -> str:
    """What opens a style sheet: every role and size, for the three media."""
    return (
        f":root,.qpv{{{variables()}}}"  # the margins of a sheet are outside of any block
        f"@media screen and (max-width:48rem){{.qpv{{{variables(PHONE)}}}}}"
        f"@media print{{.qpv{{{variables(PAPER)}}}}}"
    )
