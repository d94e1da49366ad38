"""The documentation as a site: « make docs » writes it in build/docs, to be read without a network.

Pages are Markdown (MyST); three of them are written from the code and the catalogue
(``generated.py``), so that they cannot say otherwise. Colours are the palette's.
"""

import sys
from pathlib import Path

from qpvlib import __version__
from qpvlib.document import palette

sys.path.insert(0, str(Path(__file__).parent))  # where generated.py is

project = "Diagnostics des QPV"
author = "Les auteurs de qpvlib"
release = version = __version__
language = "fr"
smartquotes = False  # generated.py prints French, which it does not
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "generated"]

myst_enable_extensions = ["attrs_inline", "colon_fence"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # the journal of changes opens on a version, not on a part

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_use_ivar = True
napoleon_use_rtype = False
add_module_names = False
python_display_short_literal_types = True


def _roles(roles: dict[str, str]) -> dict[str, str]:
    """What furo calls the roles of the palette."""
    return {
        "font-stack": "-apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif",
        "color-brand-primary": roles["accent"],
        "color-brand-content": roles["accent"],
        "color-brand-visited": roles["accent"],
        "color-background-primary": roles["paper"],
        "color-background-secondary": roles["land"],
        "color-foreground-primary": roles["ink"],
        "color-foreground-secondary": roles["text"],
        "color-foreground-muted": roles["note"],
        "color-background-border": roles["rule"],
        "color-inline-code-background": roles["land"],
        "color-code-background": roles["land"],
        "color-code-foreground": roles["ink"],
        "color-sidebar-search-border": roles["rule"],
    }


html_theme = "furo"
pygments_dark_style = "a11y-dark"
html_title = project
html_theme_options = {
    "light_css_variables": _roles(palette.ROLES),
    "dark_css_variables": _roles(palette.ROLES | palette.DARK),
}
html_static_path = ["_static"]
html_css_files = ["qpv.css"]
templates_path = ["_templates"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
html_show_search_summary = False  # it would fetch each page, which a folder does not allow
# What furo says in English or leaves unnamed, and what is written here (_templates/page.html).
html_context = {
    "instead": {
        "Toggle site navigation sidebar": "Montrer ou cacher les pages",
        "Toggle table of contents sidebar": "Montrer ou cacher le sommaire",
        "Toggle Light / Dark / Auto color theme": "Clair, sombre ou selon l'appareil",
        "Skip to content": "Aller au contenu",
        "Back to top": "Haut de la page",
        "On this page": "Sur cette page",
        "Made with": "Mise en page :",
        "<span>Next</span>": "<span>Suivant</span>",
        "<span>Previous</span>": "<span>Précédent</span>",
        '<div class="title">Home</div>': '<div class="title">Accueil</div>',
        'role="heading"': 'role="heading" aria-level="2"',
        '<aside class="sidebar-drawer"': '<aside class="sidebar-drawer" aria-label="Pages"',
        '<aside class="toc-drawer"': '<aside class="toc-drawer" aria-label="Sommaire"',
        "<pre>": '<pre tabindex="0">',  # it slides, also from a keyboard
        'class="table-wrapper': 'tabindex="0" class="table-wrapper',
    }
}
