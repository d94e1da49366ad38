"""The files of ``data/actions`` and the user's register, checked as ``qpv check`` does."""

from collections import Counter
from collections.abc import Callable, Iterator

from qpvlib.actions import (
    cells,
    contract,
    coverage,
    intentions,
    names,
    planning,
    register,
    summer,
    upward,
)
from qpvlib.catalogue import QpvError, axes, catalogue, slug, unknown
from qpvlib.tables import writing
from qpvlib.tables.areas import neighbourhoods

MEANS = ["scheme", "year", "contract", "posts", "cents", "usable", "source"]


def faults() -> list[str]:
    """Every fault, in French; empty when all is well."""
    checks = {
        "schema": _schema, "synonyms": _synonyms, "themes": _themes, "means": _means,
        # These are sound as soon as they are read.
        "calendar": lambda: summer.calendar(2024), "holidays": lambda: planning.holidays(0),
        "report": upward.template,
        "words": lambda: contract.words(register.synonyms()), "register": register.actions,
        "partners": intentions.partners, "intentions": lambda: intentions.intentions(0),
        "people": _people,
    }  # fmt: skip
    told = (fault for name, check in checks.items() for fault in _safely(name, check))
    return list(dict.fromkeys(told))  # several read the same file


def _safely(name: str, check: Callable[[], object]) -> list[str]:
    try:
        found = check()
        return list(found) if isinstance(found, Iterator) else []
    except QpvError as error:
        return [str(error)]
    except OSError as error:
        return [f"{error.filename} : {writing.reason(error)}"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        lacking = f" (« {error} » absent)" if isinstance(error, KeyError) else ""
        return [f"data/actions, {name} : fichier abîmé, ou d'une autre forme{lacking}"]


def _schema() -> Iterator[str]:
    names = Counter(field.name for field in contract.fields())
    yield from (
        f"schema.json : le champ « {n} » est déclaré deux fois" for n in names if names[n] > 1
    )
    for field in contract.fields():
        try:
            cells.parser(field, contract.words())
        except KeyError:
            yield f"schema.json, {field.name} : la nature « {field.kind} » n'existe pas"


def _synonyms() -> Iterator[str]:
    """Words that lead nowhere, and titles that two fields claim."""
    read = contract.common()
    contract.check(read, contract.SYNONYMS)
    titles = Counter(t for own in read["colonnes"].values() for t in {slug(w) for w in own})
    yield from (f"synonymes.toml : « {t} » désigne deux champs" for t in titles if titles[t] > 1)
    for name, code in read.get("quartiers", {}).items():
        if code not in neighbourhoods():
            yield f"synonymes.toml, {name} : {unknown('le quartier', code, neighbourhoods())}"


def _themes() -> Iterator[str]:
    named = [
        (f"synonymes.toml, [themes], {name}", period, code)
        for (period, name), code in contract.words().themes.items()
    ]
    named += [
        (f"axes_p147.toml, {row.axis}", row.period, row.theme)
        for row in coverage.axis_themes().itertuples()
    ]
    known = axes.declared().nomenclatures
    for place, period, code in named:
        if period not in known or code not in known[period].codes:
            yield f"{place} : {code} n'est pas un thème de {period}"


def _means() -> Iterator[str]:
    rows = coverage.means()
    if list(rows) != MEANS:
        yield f"moyens.csv : colonnes attendues : {', '.join(MEANS)}"
        return
    for code in sorted(set(rows.contract) - {""} - set(catalogue().contracts)):
        yield f"moyens.csv : {unknown('le contrat', code, catalogue().contracts)}"


def _people() -> Iterator[str]:
    """Who the register names: a file changed by hand, or imported before names were looked for."""
    vocabulary = contract.words(register.synonyms())
    looks = {name: names.cells(vocabulary, name) for name in names.FORMS}
    for reference, row in register.texts().items():
        for name, look in looks.items():
            found = look(row[name])
            if found.refused or found.asked:
                seen = found.refused or "peut-être un nom de personne"
                shown = names.hidden(reference, "reference")
                yield f"{register.TABLE}, action {shown}, {name} : {seen}. {names.REMEDY}"
