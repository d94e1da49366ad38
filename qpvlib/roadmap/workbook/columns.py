"""Sheets and columns of the workbook."""

SHEET, NOTE, FIGURES = "Décisions", "À lire", "Chiffres"
STATES = {"retained": "Retenu", "modified": "Retenu et modifié", "rejected": "Non retenu"}
GIVEN = {
    "Code": 11, "Quartier": 22, "Code de l'axe": 16, "Axe": 26, "Proposition": 20, "Constat": 44,
    "Ce qui nuance": 30,
}  # fmt: skip
TYPED = {
    "Décision": 18, "Motif": 36, "Fonction de l'auteur": 24, "Date": 12,
    "Connaissance de terrain": 36, "Objectif 1": 40, "Objectif 2": 40, "Objectif 3": 40,
}  # fmt: skip
COLUMNS = GIVEN | TYPED | {"Suivi possible": 44}
GOALS = ("Objectif 1", "Objectif 2", "Objectif 3")
FORMATS = ("%d/%m/%Y", "%Y-%m-%d")
