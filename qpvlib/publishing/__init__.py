"""From notebooks to pages: the only place that knows papermill and nbconvert.

Run, gate, ledger, proof, site: each page is whole and recent, or says that it is not.
Gives the command ``site.build``, ``proof`` and ``sending``.
"""

WARM = "qpvlib.publishing.warm"  # what the process that kernels are forked from imports
ANNEX = "annexe-appel-a-projets"  # a document without a notebook, and the name of its files
