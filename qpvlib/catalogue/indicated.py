"""Is an indicator soundly declared? Its names, its formula, its years, its sentences."""

from collections import Counter
from collections.abc import Iterator

from qpvlib.catalogue.entries import Indicator
from qpvlib.catalogue.faults import slug, unknown
from qpvlib.catalogue.producers import Input, Source
from qpvlib.catalogue.sentences import statement_fault


def indicator_faults(place: str, indicator: Indicator, parts: dict, read: dict) -> Iterator[str]:
    """Names that lead nowhere, a formula that gives no figure, what pages could not say.

    What a file with a fault declares is not unknown for all that: ``read`` are the tables as
    written, ``parts`` the entries that are well declared.
    """
    if read["themes"] and indicator.theme not in read["themes"]:
        wrong = unknown("le thème", indicator.theme, read["themes"])
        yield f"{place}, champ « theme » : {wrong}"
    for field in ("inputs", "context", "later"):
        for entry in getattr(indicator, field):
            yield from _columns(f"{place}, champ « {field} »", entry, parts, read)
    if indicator.nearest:
        yield from _source(f"{place}, champ « nearest »", indicator.nearest.source, read)
    if wrong := _formula(indicator):
        yield f"{place}{wrong}"
        return  # what is said of it hangs on it
    yield from _said(place, indicator, read)
    yield from _years(place, indicator, parts)


def together_faults(home: dict[str, str], indicators: dict[str, Indicator]) -> Iterator[str]:
    """What indicators owe each other: a name of one's own, a theme a file."""
    themes: dict[str, Counter] = {}
    for code, indicator in indicators.items():
        themes.setdefault(home[code], Counter())[indicator.theme] += 1
    usual = {name: held.most_common(1)[0][0] for name, held in themes.items()}
    yield from _labels(home, indicators)
    for code, indicator in indicators.items():
        place = f"{home[code]}, [{code}]"
        fit = next((n for n, theme in usual.items() if theme == indicator.theme), "")
        if fit and home[code] != fit and usual[home[code]] != indicator.theme:
            yield (
                f"{place}, champ « theme » : les indicateurs de ce fichier sont du thème "
                f"« {usual[home[code]]} ». Corriger, ou déplacer la section dans {fit}"
            )


def _labels(home: dict[str, str], indicators: dict[str, Indicator]) -> Iterator[str]:
    """Labels given twice: told of the one nearer the end of its file, where one adds."""
    files: dict[str, list[str]] = {}
    labels: dict[str, list[str]] = {}
    for code, indicator in indicators.items():
        files.setdefault(home[code], []).append(code)
        labels.setdefault(slug(indicator.label), []).append(code)
    for codes in labels.values():
        last = min(codes, key=lambda c: len(files[home[c]]) - files[home[c]].index(c))
        for other in codes if len(codes) > 1 else ():
            if other != last:
                told = f"déjà celui de « {other} » ; en donner un autre"
                yield f"{home[last]}, [{last}], champ « label » : {told}"


# --- the formula ---------------------------------------------------------------------------------


def _formula(indicator: Indicator) -> str:
    """What is wrong with how it is computed: one thing, that the others may come from."""
    share, unit = indicator.measure == "share", indicator.unit
    rate = indicator.measure == "value"
    own = (*indicator.inputs, *indicator.later)
    parts = {bool(entry.denominator) for entry in own}
    if not own and not indicator.nearest:
        return " : ni « inputs » ni « nearest » : aucun chiffre à lire"
    if share and parts != {True}:
        return ", champ « inputs » : une part (share) a un dénominateur"
    if not share and True in parts:
        return (
            f", champ « measure » : « {indicator.measure} » refusé : avec un dénominateur, c'est "
            "une part (share)"
        )
    if share and unit != "%":
        return f", champ « unit » : « {unit} » refusé : une part (share) est en %"
    if indicator.measure == "count" and unit == "%":
        return ", champ « unit » : « % » refusé : un effectif (count) n'est pas en %"
    if rate and unit == "%" and indicator.part_of is None:
        return (
            ", champ « part_of » absent : de quel effectif est-il la part ? Un de "
            'disclosure.toml, « counts » ; "" pour la part d\'un revenu'
        )
    if indicator.part_of is not None and not rate:
        return ", champ « part_of » : à retirer ; ses colonnes (« inputs ») le disent déjà"
    return ""


def _source(place: str, name: str, read: dict) -> Iterator[str]:
    if read["sources"] and name not in read["sources"]:
        yield f"{place} : {unknown('la source', name, read['sources'])}"


def _columns(place: str, entry: Input, parts: dict, read: dict) -> Iterator[str]:
    """Columns that no block reads, of several blocks, hence of several years, or named twice."""
    yield from _source(place, entry.source, read)
    source: Source | None = parts["sources"].get(entry.source)
    if source is None:
        return
    known = {c: name for name, block in source.blocks.items() for c in block.columns}
    strange = [column for column in entry.columns if column not in known]
    for column in strange:
        wrong = unknown(f"la colonne de [{entry.source}]", column, known)
        held = "" if "Voulez" in wrong else _elsewhere(column, parts)
        yield f"{place} : {wrong}{held}"
    blocks = dict.fromkeys(known[column] for column in entry.columns if column in known)
    if len(blocks) > 1:
        yield (
            f"{place} : colonnes de plusieurs blocs de [{entry.source}] ({', '.join(blocks)}), "
            "qui n'ont pas les mêmes années"
        )
    twice = [column for column, times in Counter(entry.columns).items() if times > 1]
    if twice:
        yield f"{place} : colonne nommée deux fois : {', '.join(twice)}"


def _elsewhere(column: str, parts: dict) -> str:
    """Where a column is that a source has not: in another, or perhaps in the file, unread."""
    others = [code for code, source in parts["sources"].items() if source.block_of(column)]
    if others:
        return f" Elle est dans [{'], ['.join(others)}]."
    return " Si le fichier l'a, l'ajouter à « columns » d'un bloc de la source (sources.toml)."


# --- what is said of it --------------------------------------------------------------------------


def _said(place: str, indicator: Indicator, read: dict) -> Iterator[str]:
    polarity = [key.split("_", 1) for key in read["polarity"] if "_" in key]
    families = [family for side, family in polarity if side == indicator.favourable]
    if not indicator.descriptive and not indicator.family:
        yield f"{place}, champ « family » absent : il en faut un à un indicateur qui a un sens"
    elif not indicator.descriptive and polarity and indicator.family not in families:
        wrong = unknown("la famille", indicator.family, families)
        yield (
            f"{place}, champ « family » : {wrong} Une famille nouvelle dit son sens dans "
            f"phrases-fiches.toml, [polarity] : « {indicator.favourable}_{indicator.family} »"
        )
    headline = indicator.place == "headline"
    if not indicator.statement and (headline or not indicator.descriptive):
        yield f"{place}, champ « statement » absent : la phrase que les pages en disent"
    if headline and not indicator.descriptive and not indicator.field_question:
        yield f"{place}, champ « field_question » absent : la question que les pages en posent"
    for field in ("statement", "asset"):
        if wrong := statement_fault(indicator, getattr(indicator, field) or ""):
            yield f"{place}, champ « {field} » : {wrong}"
    yield from _spelt(place, indicator)


def _spelt(place: str, indicator: Indicator) -> Iterator[str]:
    """Texts that pages put in sentences of theirs."""
    if not indicator.noun[:1].islower():
        yield f"{place}, champ « noun » : commence par une minuscule (« le taux… »)"
    if not indicator.definition.endswith("."):
        yield f"{place}, champ « definition » : une phrase, qui finit par un point"
    if indicator.field_question and not indicator.field_question.endswith("?"):
        yield f"{place}, champ « field_question » : une question, qui finit par « ? »"


# --- years ---------------------------------------------------------------------------------------


def _years(place: str, indicator: Indicator, parts: dict) -> Iterator[str]:
    """Two years whose change measures nothing; years that no edition gives."""
    known: dict[int, str] = {}
    for entry in indicator.inputs:
        source = parts["sources"].get(entry.source)
        blocks = [*map(source.block_of, entry.columns)] if source else [None]
        if None in blocks or len({name for name, _ in blocks}) > 1:
            return  # told already
        known = source.years(entry.columns) | known
    held = ", ".join(map(str, sorted(known)))
    year = indicator.trend_from
    if known and year is not None and year not in known:
        yield f"{place}, champ « trend_from » : aucune édition ne donne {year} ; il y a : {held}"
    for year in indicator.breaks if known else []:
        if not min(known) < year <= max(known) + 1:
            yield f"{place}, champ « breaks » : {year} ne sépare aucune année de : {held}"
    for wrong in _noise(indicator, known, held):
        yield f"{place}, champ « noise » : {wrong}"


def _noise(indicator: Indicator, known: dict[int, str], held: str) -> Iterator[str]:
    if indicator.noise.years is None:
        return
    first, second = indicator.noise.years
    lost = [year for year in (first, second) if year not in known]
    if indicator.measure == "count":
        yield "un effectif (count) bouge avec la taille du quartier : retirer « years »"
    elif first >= second:
        yield f"{first} n'est pas avant {second}"
    elif lost:
        yield from (f"aucune édition ne donne {year} ; il y a : {held}" for year in lost)
    elif (known[first] == "unknown") != (known[second] == "unknown"):
        yield f"de {first} et {second}, l'une est l'édition d'un fichier d'année inconnue"
