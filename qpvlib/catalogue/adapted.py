"""The catalogue of a project, as that of another département: what is its own is left to fill."""

from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Any

import tomlkit

from qpvlib.catalogue import axes
from qpvlib.catalogue.declared import catalogue
from qpvlib.catalogue.departements import Departement
from qpvlib.catalogue.faults import slug
from qpvlib.catalogue.producers import Source
from qpvlib.project import current

MODELS = Path(__file__).parent / "new"


def filled(model: str, **parts: object) -> str:
    """A model of ``catalogue/new`` with its parts in their places."""
    return Template((MODELS / model).read_text("utf-8")).substitute(parts)


def local() -> dict[str, Source]:
    """Sources of the catalogue that cover only the home département, by code."""
    return {code: source for code, source in catalogue().sources.items() if source.departements}


def of_one_town(source: Source) -> bool:
    """Whether it is no part of a national list: it is left out elsewhere."""
    return source.level == "place" and all(elsewhere(f.path) == f.path for f in source.files)


def elsewhere(path: str) -> str:
    """Where a file of the home département is expected once it is the national one."""
    return path.replace(slug(catalogue().territory["departement_name"]), "france")


def adapted(to: Departement) -> dict[str, str]:
    """Text of each file of the catalogue that differs for another département, by name."""
    changes = {
        "sources.toml": _sources, "axes.toml": _axes, "objectives.toml": _objectives,
        "requests.toml": _requests, "rules.toml": _rules, "acronyms.toml": _acronyms,
    }  # fmt: skip
    found = {}
    for name, change in changes.items():
        document = tomlkit.parse((current().catalogue / name).read_text("utf-8"))
        change(document)
        found[name] = tomlkit.dumps(document)
    territory = filled(
        "territory.toml", code=to.code, name=to.name, of=to.of, locative=to.locative,
        region=to.region.code, region_name=to.region.name, region_in=to.region.locative,
        scheme=next(name for name, one in axes.declared().schemes.items() if one.shared),
    )  # fmt: skip
    return found | {"territory.toml": territory}


def _sources(document: Any) -> None:
    """What covers home alone is read where its national file is; what is of one town is left."""
    own = f"QP{catalogue().territory['departement'].zfill(3)}"
    for code, source in local().items():
        if of_one_town(source):
            del document[code]
            continue
        entry = document[code]
        del entry["departements"]
        entry["if_there"] = True
        entry["rows"] = 1
        for file in entry["files"]:
            file["path"] = elsewhere(file["path"])
    for entry in document.values():
        if "totals" in entry:
            for rank in reversed([i for i, t in enumerate(entry["totals"]) if t["prefix"] == own]):
                del entry["totals"][rank]


def _axes(document: Any) -> None:
    """The schemes that every contract has; those of named contracts are these contracts' own."""
    for name, scheme in axes.declared().schemes.items():
        if scheme.shared:
            document[name]["origin"] = document[name].pop("elsewhere", scheme.origin)
        else:
            del document[name]


def _objectives(document: Any) -> None:
    left = {name for name, scheme in axes.declared().schemes.items() if not scheme.shared}
    for pattern in document.values():
        for name in left & set(pattern["axes"]):
            del pattern["axes"][name]


def _requests(document: Any) -> None:
    for body in document.values():
        body["home"] = body["name"]


def _rules(document: Any) -> None:
    for rule in document.values():
        if "elsewhere" in rule:
            rule["reason"] = rule.pop("elsewhere")


def _acronyms(document: Any) -> None:
    """Without those of the home contracts."""
    named = [contract.short for contract in catalogue().contracts.values()]
    for code in [c for c, entry in document.items() if _of(named, entry.get("name", ""))]:
        del document[code]


def _of(names: Iterable[str], text: str) -> bool:
    return any(name in text for name in names)
