"""Colours and sizes of letters, each with its role: those of the style sheet and of every drawing.

Contrasts were measured on their grounds (docs/design.md). In the style sheet a role is
``var(--ink)``.
"""

INK, TEXT, NOTE, ACCENT = "#1a1f24", "#3d454e", "#59626c", "#0b4a57"
BAND, CENTRE, MEDIAN, PEER = "#e4e8eb", "#cbd2d7", "#2b333b", "#66717c"
LAND, TINT, NOISE, EDGE, RULE = "#f4f6f7", "#d0dfe2", "#d9e6e8", "#747e87", "#c9cfd5"
FRINGE = "#4f828c"  # where the noise of a trend ends
COLOURS = {
    "harder": "#b4470a",
    "easier": "#175f9e",
    "comparable": "#4b545e",
    "descriptive": "#4b545e",
}
# Lines and bars of someone's own chart: told apart, none of them harder nor easier.
SERIES = (ACCENT, "#7d6200", "#6a3d9a", PEER, "#a3315f", "#3b7a2f", INK)

# What the style sheet calls them: the signs of the grids are darker, to be read on their tints.
ROLES = {
    "ink": INK, "text": TEXT, "note": NOTE, "accent": ACCENT, "paper": "#fff",
    "rule": RULE, "hair": "#e3e7ea", "line": "#b3bac1", "band": BAND, "land": LAND, "noise": NOISE,
    "harder": COLOURS["harder"], "easier": COLOURS["easier"],
    "harder-1": "#fbeee4", "harder-2": "#f3c9a8", "harder-sign": "#8a3707",
    "harder-deep": "#5f2604",
    "easier-1": "#e6eff7", "easier-2": "#b9d3ea", "easier-sign": "#124a7c",
    "invented": "#ffe08a",
    "centre": CENTRE, "median": MEDIAN, "peer": PEER, "comparable": COLOURS["comparable"],
    "sheet": "#fff",
}  # fmt: skip

# On a screen that its reader wants dark. Pictures keep their light ground, the ``sheet``.
DARK = {
    "ink": "#eceff1", "text": "#c5ccd2", "note": "#a5afb8", "accent": "#7fc6d6", "paper": "#14191d",
    "rule": "#46515a", "hair": "#2a3238", "line": "#5a6670", "band": "#2c353c", "land": "#1d2429",
    "noise": "#1d3a41", "harder": "#f2935a", "easier": "#74b6f2",
    "harder-1": "#38220f", "harder-2": "#613714", "harder-sign": "#ffb98a",
    "harder-deep": "#ffd9bf",
    "easier-1": "#12293e", "easier-2": "#1c446b", "easier-sign": "#a3d2ff",
    "invented": "#594500",
    "centre": "#3c474f", "median": "#e3e8ec", "peer": "#a0abb4", "comparable": "#b9c2c9",
}  # fmt: skip
# Roles whose colours the drawings in a line or a cell are made of.
DRAWN = ("ink", "text", "accent", "paper", "band", "centre", "median", "peer", "harder", "easier",
         "comparable")  # fmt: skip

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


def dark() -> str:
    """What a page adds for a dark screen: its roles, and the drawings that lie among its words."""
    roles = ";".join(f"--{role}:{colour}" for role, colour in DARK.items())
    drawn = "".join(
        f'.qpv svg [{paint}="{ROLES[role]}"]{{{paint}:var(--{role})}}'
        for role in DRAWN
        for paint in ("fill", "stroke")
    )
    asked = "@media screen and (prefers-color-scheme:dark) and (forced-colors:none)"
    return f"{asked}{{:root,.qpv{{color-scheme:dark;{roles}}}{drawn}}}"


def sheet() -> str:
    """What opens a style sheet: every role and size, for the three media."""
    return (
        f":root,.qpv{{{variables()}}}"  # the margins of a sheet are outside of any block
        f"@media screen and (max-width:48rem){{.qpv{{{variables(PHONE)}}}}}"
        f"@media print{{.qpv{{{variables(PAPER)}}}}}"
    )
