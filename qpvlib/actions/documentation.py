"""The contract of the register in French, generated from the Table Schema."""

from qpvlib.actions.contract import Field, fields, schema, words
from qpvlib.actions.needs import NEEDS

KINDS = {
    "string": "texte", "integer": "nombre entier", "cents": "montant en euros", "date": "date",
    "neighbourhoods": "quartiers et parts", "weeks": "numéros de semaine", "theme": "thème P147",
    "siret": "SIRET", "rna": "RNA", "list": "un ou plusieurs mots",
}  # fmt: skip
HEAD = "| champ | titre | nature | ce qu'on y écrit | exemple |", "|---|---|---|---|---|"
GROUPS = {
    "pending": "en attente", "granted": "financée", "refused": "refusée",
    "ineligible": "irrecevable", "cancelled": "annulée",
}  # fmt: skip


def listing() -> str:
    """The whole contract, in Markdown."""
    told = schema()
    parts = [
        f"# {told['title']}",
        "<!-- Produit par « qpv actions doc » depuis data/actions/schema.json. -->",
        f"{told['description']} Contrat : version {told['version']}, au format Table Schema "
        "([data/actions/schema.json](../data/actions/schema.json)). Modèle vide et exemple "
        "rempli : `data/actions/modele-registre.xlsx`, `exemple-registre.xlsx` (et `.csv`).",
        "Aucun nom de personne, aucune adresse électronique, aucun numéro de téléphone : un "
        "fichier qui en contient est refusé, sauf dans les colonnes de contact connues, qui sont "
        "jetées.",
        "## Les champs",
        "\n".join([*HEAD, *map(_row, fields())]),
        "## Les listes",
        "\n".join(f"- **{f.title}** : {', '.join(f.values)}." for f in fields() if f.values),
        "## Les états et leurs groupes",
        "\n".join(
            f"- **{GROUPS[name]}** : {', '.join(states)}."
            for name, states in words().groups.items()
        ),
        "## Ce que les cellules d'une ligne se doivent",
        "\n".join(f"- {check['description']}" for check in told["custom_checks"]),
        "## Les mots reconnus",
        "Les en-têtes changent chaque année : `data/actions/synonymes.toml` en tient la liste, "
        "avec les mots des cellules. Un fichier `synonymes.toml` posé dans votre dossier de "
        "registre s'y ajoute.",
        "## Les besoins mis en face",
        "Un fichier `priorites.csv` posé à côté du registre donne les besoins, une ligne par "
        "quartier et axe : `area` (code 2015), `axis`, `label`, `need` (" + ", ".join(NEEDS) + "). "
        "Sans lui, les besoins sont les axes retenus par décision (`qpv decide`), sinon ceux que "
        "les chiffres proposent, chacun dit tel.",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _row(field: Field) -> str:
    must = " (obligatoire)" if field.required else ""
    example = f"`{field.example}`" if field.example else ""
    return (
        f"| `{field.name}` | {field.title}{must} | {KINDS[field.kind]} | {field.description} | "
        f"{example} |"
    )
