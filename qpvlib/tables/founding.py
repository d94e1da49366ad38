"""A project of another département (``qpv new``): its catalogue, its tables, the library itself."""

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pandas as pd

import qpvlib
from qpvlib.catalogue import QpvError, adapted, catalogue
from qpvlib.catalogue.departements import Departement
from qpvlib.catalogue.faults import counted
from qpvlib.project import Project, current
from qpvlib.tables import construction, delimited, reading, writing
from qpvlib.tables.construction import territory
from qpvlib.tables.construction.files import Files

# Carried as they are; a wheel embeds them too (setup.py).
CARRIED = (
    ".gitignore", "LICENSE", "Makefile", "environment.yml", "pyproject.toml", "setup.py",
    "requirements", "notebooks", "data/catalogue", "data/actions",
)  # fmt: skip
VERBS = ("help", "reports", "pdf", "lab", "check", "clean", "distclean")
LEFT = ("exemple-registre.csv", "exemple-registre.xlsx")  # invented actions of the home département
IDENTITY = (
    "anct_perimetres_2015", "insee_population", "insee_demo", "insee_cog", "anct_communes",
    "anct_correspondance",
)  # fmt: skip
CONTRACTS = "dispositifs/contrats_de_ville_2024_*.geojson"
SMALL = r"\b(De|Du|Des|Et|En|Au|Aux|Sur|Sous)\b|\b([DL])(?=['’])"


@dataclass(frozen=True)
class Founded:
    """A project just made: where, of how many neighbourhoods, with what contracts and gaps."""

    folder: Path
    codes: tuple[str, ...]
    contracts: int
    missing: tuple[str, ...]


def found(to: Departement, folder: Path, raw: Path) -> Founded:
    """Make the project of a département in an empty folder, all or nothing.

    Parameters
    ----------
    folder : Path
        Empty, or not there.
    raw : Path
        Folder of the producers' files, laid out as in ``sources.toml``; what covers the home
        département alone is looked for under the name of the national file.

    Raises
    ------
    Faults
        Of the producers' files, every one.
    QpvError
        When the folder is not empty, no neighbourhood is in the département, or the disk refuses.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise QpvError(f"« {folder} » n'est pas un dossier vide : en donner un qui n'existe pas.")
    if to.code == catalogue().territory["departement"]:
        raise QpvError(f"Ce projet est déjà celui {to.of}.")
    with writing.aside(folder, "Rien n'a été écrit.") as work:
        root = work / "projet"
        _carried(root, adapted.adapted(to))
        missing = tuple(_missing(raw))
        with Project.at(root).opened():
            kept, inside = _identity(to, raw)
            contracts = _contracts(raw, to, inside)
            _declared(root, to, kept, inside, contracts)
            construction.build(raw, root / "data/tidy")
        _recoded(root, kept.code)
        _told(root, to, kept, contracts, missing)
        writing.put(root, folder, sorted(path.name for path in root.iterdir()))
    return Founded(folder, tuple(kept.code), len(contracts), missing)


# --- what it carries -----------------------------------------------------------------------------


def _carried(root: Path, texts: dict[str, str]) -> None:
    """The library, the notebooks, the catalogue as that of the other département."""
    left = shutil.ignore_patterns("__pycache__", "embedded", ".ipynb_checkpoints", "nu", *LEFT)
    shutil.copytree(Path(qpvlib.__file__).parent, root / "qpvlib", ignore=left)
    for name in CARRIED:
        source = current().root / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=left)
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, root / name)
    for name, text in texts.items():
        (root / "data/catalogue" / name).write_text(text, "utf-8")
    for name in ("contracts.toml", "names.toml", "programmes.toml"):
        (root / "data/catalogue" / name).write_text("", "utf-8")
    head = "code,name,contract\n"
    (root / "data/catalogue/neighbourhoods.csv").write_text(head, "utf-8")
    means = root / "data/actions/moyens.csv"
    means.write_text(means.read_text("utf-8").partition("\n")[0] + "\n", "utf-8")
    make = root / "Makefile"
    make.write_text(_verbs(make.read_text("utf-8")), "utf-8")


def _verbs(makefile: str) -> str:
    """Without the verbs of who changes the library: its tests stay with it."""

    def kept(part: str) -> bool:
        verb = re.search(r"^(\w+):.*## ", part, re.M)
        return verb is None or verb[1] in VERBS

    text = "\n\n".join(filter(kept, makefile.split("\n\n")))
    return re.sub(r"^\.PHONY:.*", f".PHONY: {' '.join(VERBS)}", text, flags=re.M)


# --- its neighbourhoods --------------------------------------------------------------------------


def _identity(to: Departement, raw: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Its neighbourhoods and the areas that contain them; faults are told when tables are built."""
    sources = catalogue().sources
    read = {code: reading.read(sources[code], raw).rows for code in IDENTITY}
    files = Files({code: rows for code, rows in read.items() if len(rows)})
    kept = territory.neighbourhoods(files, (to.code,))
    if kept.empty:
        raise QpvError(f"Aucun quartier prioritaire de 2015 {to.locative} : pas de page à faire.")
    inside = territory.containment(files, kept)
    names = territory.areas(files, inside).set_index("area").name
    return kept, inside.assign(name=inside.area.map(names))


def spelt(name: str) -> str:
    """An official name, its small words without a capital, as French writes them.

    >>> spelt("Rives Du Cher"), spelt("Patte D'Oie"), spelt("De La Source")
    ('Rives du Cher', "Patte d'Oie", 'De La Source')
    """
    return re.sub(rf"(?<!^){SMALL}", lambda small: small[0].lower(), name)


def _contracts(raw: Path, to: Departement, inside: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Contracts of 2024-2030 that a file names, whose intercommunalité has a neighbourhood."""
    held = set(inside.area[inside.level == "epci"])
    found = {}
    for place in sorted(raw.glob(CONTRACTS)):
        for shape in json.loads(place.read_text("utf-8"))["features"]:
            told = shape["properties"]
            if told.get("insee_dep") == to.code and told["codgeo"] in held:
                name = re.sub(r"^\w+ - ", "", told["lib_cv"])
                found[told["code_cv"]] = {
                    "label": f"Contrat de ville ({name})", "short": name, "brief": name,
                    "epci": told["codgeo"], "locative": f"dans l'intercommunalité ({name})",
                }  # fmt: skip
    return found


def _declared(
    root: Path, to: Departement, kept: pd.DataFrame, inside: pd.DataFrame, contracts: dict
) -> None:
    """What the catalogue says of its neighbourhoods: names, contracts, models to fill."""
    folder, first = root / "data/catalogue", kept.code.iloc[0]
    epci = inside[inside.level == "epci"].drop_duplicates("neighbourhood")
    by_epci = {contract["epci"]: code for code, contract in contracts.items()}
    of = dict(zip(epci.neighbourhood, epci.area, strict=True))
    rows = [(p.code, spelt(p.name), by_epci.get(of.get(p.code), "")) for p in kept.itertuples()]
    (folder / "neighbourhoods.csv").write_text(
        delimited.written([("code", "name", "contract"), *rows]), "utf-8", newline=""
    )
    known = epci.groupby(["area", "name"]).size().items()
    told = [f"# {code} {name} : {counted(n, 'quartier')}" for (code, name), n in known]
    models = {
        "contracts.toml": {"of": to.of, "epci": "\n".join(told or ["# aucune n'est lue ici"])},
        "names.toml": {"first": first},
        "programmes.toml": {"first": first},
    }
    for name, parts in models.items():
        (folder / name).write_text(adapted.filled(name, **parts), "utf-8")
    with (folder / "contracts.toml").open("a", encoding="utf-8") as stream:
        for code, contract in contracts.items():
            lines = (
                f"{key} = {json.dumps(text, ensure_ascii=False)}" for key, text in contract.items()
            )
            stream.write("\n".join(["", f"[{code}]", *lines, ""]))


def _recoded(root: Path, codes: Iterable[str]) -> None:
    """Notebooks and examples, with codes of this département for those of home."""
    home = rf"QP{catalogue().territory['departement'].zfill(3)}\d{{3}}"
    own = cycle(sorted(codes))
    given: dict[str, str] = defaultdict(lambda: next(own))
    for place in (*sorted(root.glob("notebooks/*.ipynb")), root / "data/actions/schema.json"):
        text = re.sub(home, lambda code: given[code[0]], place.read_text("utf-8"))
        place.write_text(text, "utf-8")


# --- what it lacks -------------------------------------------------------------------------------


def _missing(raw: Path) -> Iterator[str]:
    """What covers the home département alone, and whose national file is not there."""
    for source in adapted.local().values():
        if adapted.of_one_town(source):
            continue
        paths = [adapted.elsewhere(file.path) for file in source.files]
        if not any((raw / path).exists() for path in paths):
            yield f"{source.title} : `{paths[0]}`"


def _told(
    root: Path, to: Departement, kept: pd.DataFrame, contracts: dict, missing: Iterable[str]
) -> None:
    names = [spelt(name) for name in kept.name]
    more = [*names[:3], f"et {len(names) - 3} autres"] if len(names) > 4 else names
    (root / "README.md").write_text(
        adapted.filled(
            "README.md", of=to.of, n=len(kept), listed=", ".join(more),
            contracts="les contrats de ville, à relire" if contracts else "les contrats de ville",
            missing="\n".join(f"- {line}" for line in missing) or "Aucune.",
        ),
        "utf-8",
    )  # fmt: skip
