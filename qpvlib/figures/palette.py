"""Colours shared by every drawing, each with its role; contrasts were measured on white."""

INK, TEXT, NOTE, ACCENT = "#1a1f24", "#3d454e", "#59626c", "#0b4a57"
BAND, CENTRE, MEDIAN, PEER = "#e4e8eb", "#c3cad0", "#2b333b", "#66717c"
LAND, TINT, NOISE, EDGE, RULE = "#f4f6f7", "#d0dfe2", "#d9e6e8", "#9aa3ab", "#c9cfd5"
COLOURS = {
    "harder": "#b4470a",
    "easier": "#175f9e",
    "comparable": "#4b545e",
    "descriptive": "#4b545e",
}
