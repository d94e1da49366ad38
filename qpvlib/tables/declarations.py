"""What the tables were built from: a digest of each declaration that their figures rest on."""

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd
from pydantic import BaseModel

from qpvlib.catalogue import Catalogue, Input, catalogue
from qpvlib.catalogue.disclosure import disclosure
from qpvlib.project import current
from qpvlib.tables import tidy

# Said of a source, and never read where figures are made; then what only checks them, or is of
# another formula.
_SAID = {"title", "cite", "licence", "page", "get", "url", "updated", "dates"}
_APART = {
    "columns", "blocks", "text", "identities", "totals", "percent", "rows", "absent", "copies",
}  # fmt: skip
_FORMULA = (
    "unit", "decimals", "measure", "inputs", "context", "later", "nearest", "leading", "place",
    "breaks", "trend_from",
)  # fmt: skip
NEW, CHANGED, GONE = "nouveau", "changé", "retiré"


def declarations() -> pd.DataFrame:
    """``name, digest``: each indicator, then each file of the catalogue that tables rest on."""
    rows = [*_digests(_indicators(catalogue())), *_digests(_files(catalogue()))]
    return pd.DataFrame(rows, columns=list(tidy.COLUMNS["declarations"]))


def changed() -> dict[str, str]:
    """Declarations that are not those that the tables were built from: ``NEW, CHANGED, GONE``."""
    built = dict(tidy.table("declarations").itertuples(index=False))
    now = dict(declarations().itertuples(index=False))
    names = dict.fromkeys([*now, *built])
    kinds = {name: _kind(built.get(name), now.get(name)) for name in names}
    return {name: kind for name, kind in kinds.items() if kind}


def _kind(built: str | None, now: str | None) -> str:
    if built == now:
        return ""
    return NEW if built is None else GONE if now is None else CHANGED


def _digests(facts: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for name, fact in facts:
        text = json.dumps(fact, ensure_ascii=False, sort_keys=True, default=str)
        yield name, hashlib.sha256(text.encode()).hexdigest()[:16]


def _indicators(known: Catalogue) -> Iterator[tuple[str, Any]]:
    for code, indicator in known.indicators.items():
        own = indicator.model_dump(mode="json", include={*_FORMULA})
        read = [
            _source(known, entry)
            for entry in (*indicator.inputs, *indicator.context, *indicator.later)
        ]
        nearest = indicator.nearest and _bare(known.sources[indicator.nearest.source], _SAID)
        yield code, [own, indicator.noise.years, read, nearest]


def _source(known: Catalogue, entry: Input) -> Any:
    """What a formula takes of a source: not the columns that it does not read."""
    source = known.sources[entry.source]
    name, block = source.block_of(entry.columns[0])
    own = _bare(source, _SAID | _APART)
    for file in own["files"]:
        file["without"] = sorted({*file["without"]} & {*entry.columns})
    named = {"rounded", "censored"}
    kept = {
        field: {c: v for c, v in part.items() if c in entry.columns}
        for field, part in block.model_dump(mode="json", include=named).items()
    }
    return [own, name, _bare(block, _SAID | _APART) | kept]


def _bare(declared: BaseModel, less: Collection[str]) -> dict[str, Any]:
    """A declaration less some of its fields, however deep."""

    def kept(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: kept(value) for key, value in part.items() if key not in less}
        return [kept(value) for value in part] if isinstance(part, list) else part

    return kept(declared.model_dump(mode="json"))


def _files(known: Catalogue) -> Iterator[tuple[str, Any]]:
    """The other declarations of the tables, a file at a time."""
    read = {
        entry.source
        for indicator in known.indicators.values()
        for entry in (*indicator.inputs, *indicator.context, *indicator.later)
    }
    yield "rules.toml", {name: rule.value for name, rule in known.rules.items()}
    yield "similar.toml", {code: entry.year for code, entry in known.similar.items()}
    yield "disclosure.toml", _dumped(disclosure().withheld)
    yield "resources.toml", _dumped(known.resources)
    yield "contracts.toml", _dumped(known.contracts)
    yield "territory.toml", known.territory
    places = current().catalogue / "neighbourhoods.csv"
    yield places.name, places.read_text("utf-8") if places.exists() else ""
    others = {code: source for code, source in known.sources.items() if code not in read}
    yield "sources.toml", {code: _bare(source, _SAID) for code, source in others.items()}


def _dumped(declared: dict[str, Any]) -> dict[str, Any]:
    return {code: one.model_dump(mode="json") for code, one in declared.items()}


def stale() -> list[str]:
    """What each indicator asks for whose figures are not those that the catalogue declares."""
    known = catalogue()
    told = {NEW: "pas encore dans les tables", CHANGED: "changé depuis la construction des tables"}
    told[GONE] = "retiré du catalogue, et encore dans les tables"
    return [
        f"{known.place(code) if code in known.indicators else f'[{code}]'} : {told[kind]}. "
        f"Le refaire : qpv build --only {code} --raw DOSSIER"
        for code, kind in changed().items()
        if "." not in code
    ]
