"""From notebooks to pages: the only place that knows papermill and nbconvert."""

WARM = "qpvlib.publishing.warm"  # what the process that kernels are forked from imports
ANNEX = "annexe-appel-a-projets"
DOCUMENTS = (f"{ANNEX}.html", f"{ANNEX}.docx")  # written beside the pages, without a notebook
