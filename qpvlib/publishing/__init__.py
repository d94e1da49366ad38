"""From notebooks to pages: the only place that knows papermill and nbconvert.

Run, gate, ledger, proof, site: each page is whole and recent, or says that it is not.
Gives the commands ``site``, ``demand``, ``watching``, ``proof`` and ``sending``.
"""

# Documents without a notebook, and the name of their files.
ANNEX, LETTERS, TABLE = "annexe-appel-a-projets", "donnees-a-demander", "objectifs"
PACK, BOOK, CORRECTIONS = "lot", "tableaux", "corrections"
DOCUMENTS = (ANNEX, LETTERS, TABLE, PACK, BOOK, CORRECTIONS)
