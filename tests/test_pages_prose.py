"""Each number of each sentence: known of that neighbourhood, of the rules, or of the catalogue."""

import json
import re
import tomllib
from functools import cache
from itertools import chain

import facts
import judgements
import pytest
import reading
import sentences
import together
from facts import AXES, INDICATORS, PLACES
from reading import plain

# --- what is not of one neighbourhood ------------------------------------------------------------


def strings(entry):
    """Every text of a file of the catalogue."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict | list):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from strings(part)


@cache
def catalogue():
    """Texts of the catalogue that are said as they are: labels, definitions, questions, reasons."""
    files = (facts.DATA / "catalogue").glob("*.toml")
    found = chain.from_iterable(strings(tomllib.loads(p.read_text("utf-8"))) for p in files)
    plain_ = {plain(re.sub("</?strong>", "", words)) for words in found if "{" not in words}
    return sorted(
        (w for w in plain_ if re.search(r"\d", w) and re.search("[a-z]{3}", w)),
        key=len,
        reverse=True,
    )


@cache
def rules():
    """« (25 quartiers sur 100) »: a threshold and its unit, after its reason."""
    found = []
    for rule in facts.thresholds().values():
        value = rule["value"]
        values = value if isinstance(value, list) else [value]
        numbers = (facts.Decimal(str(v)).normalize() for v in values)
        told = sentences.listed([facts.french(v, max(0, -v.as_tuple().exponent)) for v in numbers])
        found.append(plain(f"{rule['reason']} ({told} {rule['unit']})"))
    return found


def cited(area):
    """« Cnaf, … : fichiers 2017 à 2022 ; copie du 11/09/2024. »: one line per producer's series."""
    lines = {}
    for (place, _, _), row in facts.observations().items():
        if place == area:
            lines.setdefault(facts.block(row.source)["cite"], []).append(row)
    for cite, rows in lines.items():
        years = sorted({row.year for row in rows})
        word = "fichiers" if all(row.year_status == "unknown" for row in rows) else "données"
        span = " à ".join(str(year) for year in dict.fromkeys([years[0], years[-1]]))
        copies = dict.fromkeys(
            facts.SOURCES[row.source.partition("/")[0]]["updated"] for row in rows
        )
        yield plain(cite), f"{word} {span}", {plain(copy) for copy in copies}


ORDINALS = [
    r"Tableau \d+\.", r"^\d(?=\.? )", r"n° \d+ à \d+", r"n° \d+",  # tables, lists and the map
    r"QP\d{6}(?: \(2015-2023\))?", r"QN\d{5}[MI]",  # codes of perimeters
    r"Empreinte des données : [0-9a-f]{12} ; du programme : [0-9a-f]{12}",
    # How many subjects of an axis: counted in the annex by another test.
    r"sur [1-9] des [1-9] sujets documentés", r"sur les [1-9] sujets documentés",
    r"sur [1-9] sujets documentés", r"parmi ces [1-9] sujets",
]  # fmt: skip


def unknown(words, *phrases):
    """What is left of a text with a number once all that is known is taken away."""
    words = sentences.left(words, chain(*phrases, catalogue()))
    for pattern in ORDINALS:
        words = re.sub(pattern, " ", words)
    return sentences.left(words, [])


# --- the diagnoses ---------------------------------------------------------------------------


def test_each_number_in_a_diagnosis_is_known(page, code):
    known = {w for cite in cited(code) for w in (cite[0], cite[1], *cite[2])}
    found = (
        unknown(words, sentences.of(code), rules(), heard(code), known) for words in page.prose
    )
    assert list(filter(None, found)) == []


def heard(code):
    """The heading's, the identity card's and the footnotes' few words, tested elsewhere whole."""
    place = PLACES[code]
    card = [facts.shown(row) for c in ("population", "logements_sociaux", "enfants_6_17")
            for row in [*facts.series(code, c), *facts.series(place.successor, c)]]  # fmt: skip
    rows = filter(None, (facts.own(code, indicator) for indicator in facts.HEADLINE))
    years = [row.year for row in rows if row.year_status != "unknown"]
    return [
        f"en 2018 ; {card[0]} en 2013 ; {card[2]} en 2020 (périmètre 2024, copie à vérifier)",
        plain(sentences.deduced(facts.HEADLINE, others=True)),
        "superficie (périmètre 2015)",
        "au 01/01/2022", "enfants de 6 à 17 ans couverts par la Caf (fichier Insee 2022)",
        plain(place.name),
        f"{facts.french(facts.Decimal(place.area_ha), 1)} ha", *card,
        "8 sur 10 (clair)", "les 19 quartiers du département",
        f"données de {min(years)} à {max(years)}, et fichier Insee 2022 dont l'année",
        *(f"{facts.when(row)} ({facts.french(facts.known(row.indicator, row.year))} quartiers)"
          for theme in facts.THEMES.values() if (row := facts.own(code, theme["chart"]))),
    ]  # fmt: skip


def test_vigilance_is_the_surest_and_widest_of_each_family_and_names_what_remains(page, code):
    points, left = judgements.watched(code)
    *shown, last = page.section("Points de vigilance")
    told = [plain(sentences.point(n, sentences.vigilance(row), row.indicator))
            for n, row in enumerate(points, 1)]  # fmt: skip
    if left:
        assert (shown, last) == (told, plain(sentences.also(left)))
    elif told:
        assert [*shown, last] == told
    else:
        assert last.startswith("Aucun indicateur retenu ne s'écarte défavorablement")


def test_assets_are_of_what_people_have_then_what_is_near(page, code):
    near = list(sentences.resources(code))
    rows = judgements.assets(code)[: facts.RULES["points"] - min(len(near), 1)]
    said = page.section("Points d'appui")
    doubts = (" à confirmer" * (not judgements.sure(row)) for row in rows)
    told = [plain(sentences.point(n, sentences.asset(row) + doubt, row.indicator))
            for n, (row, doubt) in enumerate(zip(rows, doubts, strict=True), 1)]  # fmt: skip
    assert said[: len(rows)] == told
    for words in near[: facts.RULES["points"] - len(rows)]:
        assert any(plain(words) in line for line in said)
    assert any(line.startswith("À compléter par le terrain") or "rien de la vie associative" in line
               for line in said)  # fmt: skip


NEVER = ("comparable", "pauvreté", "niveau de vie", "RSA", "santé solidaire", "vacants",
         "deux ans ou plus", "niveau inférieur", "sont à durée limitée")  # fmt: skip


def test_no_asset_is_of_a_forbidden_kind(page):
    said = " ".join(page.section("Points d'appui"))
    assert [words for words in NEVER if words in said] == []


def test_what_is_solid_says_nothing_and_what_is_not_says_so_in_one_word(page, code):
    assert not re.search(r"\bsolides?\b", " ".join(page.section("Points de vigilance")))
    for words in page.section("Axes proposés"):
        assert not re.search(r"\bsolide", words), words


def test_what_nuances_an_axis_is_a_favourable_gap(page, code):
    better = [row for c in facts.HEADLINE if (row := facts.own(code, c)) and judgements.side(row)]
    nouns = {plain(INDICATORS[row.indicator].noun): judgements.side(row) for row in better}
    for words in page.section("Axes proposés"):
        for noun in re.findall(r"[ÉEée]cart favorable : (.+?) \(", words):
            assert nouns.get(noun) == "better", words


@pytest.mark.parametrize("indicator", sentences.TRENDS)
def test_each_trend_says_its_ends_its_gap_and_its_noise(page, code, indicator):
    figure = page.figure(plain(INDICATORS[indicator].label))
    assert figure.caption == plain(sentences.trend_caption(code, indicator))
    assert figure.alt == plain(sentences.trend_alt(code, indicator))


@pytest.mark.parametrize("theme", facts.THEMES)
def test_what_replaces_a_hill_says_the_same_as_it(page, code, theme):
    row = facts.own(code, facts.THEMES[theme]["chart"])
    figure = page.figure(plain(f"{INDICATORS[row.indicator].label}, {facts.when(row)}"))
    assert figure.alt == plain(sentences.hill_alt(row))


def test_the_first_lines_say_the_gap_with_the_commune(page, code):
    opening = page.section("En bref")[0]
    assert plain(sentences.income(code)) in opening
    away = {"france_services": "", "hopital": ""}
    for row in facts.nearby(code):
        if row.kind in away and int(row.distance_m) <= 1000:
            within = "dans le périmètre" if row.distance_m == "0" else "à moins d'un kilomètre"
            away[row.kind] = away[row.kind] or within
    services, hospital = away.values()
    for noun, where in (("France services", services), ("hôpital", hospital)):
        assert (noun in opening) == bool(where)
    if services and hospital and services == hospital:
        assert f"Une France services et un hôpital sont {services}" in opening
    elif services:
        assert f"Une France services est {services}" in opening
    if hospital and services != hospital:
        assert f"n hôpital est {hospital}" in opening


def test_the_near_resources_are_those_within_a_kilometre(page, code):
    said = " ".join(page.section("Points d'appui"))
    for words in sentences.resources(code):
        assert plain(words) in said


def test_each_series_used_is_cited_with_its_years_and_its_copies(page, code):
    said = page.section("Sources")
    for cite, years, copies in cited(code):
        line = next(words for words in said if words.startswith(f"{cite} : "))
        line, _, licence = line.partition(". Licence : ")
        assert bool(licence) == ("Eurostat" in cite)  # the only one that is not Licence Ouverte
        assert line.startswith(f"{cite} : {years} ; ")
        assert set(line.removeprefix(f"{cite} : {years} ; ").rstrip(".").split(", ")) == copies


def test_the_noise_of_each_definition_is_that_of_this_size(page, code):
    said = " ".join(page.prose)
    for words in sentences.noises(code):
        label = plain(words).partition(". ")[0]
        assert plain(words) in said or not re.search(
            rf"{re.escape(label)}\. .{{0,400}}Bruit : ", said
        )


# --- the other pages ---------------------------------------------------------------------------


def test_each_number_of_a_sheet_of_the_annex_is_its_neighbourhood_s(site, code):
    annex = reading.page(site / "annexe-appel-a-projets.html")
    title = plain(f"{PLACES[code].name}, {sentences.listed(facts.communes(code).split(', '))}")
    table = annex.table(f"Axes, {plain(PLACES[code].name)}")
    cells = [cell for row in table.rows for cell in row.cells.values()]
    sheet = [words.replace("Périmètre 2015-2023 (ANCT)", "") for words in annex.section(title)]
    states = [re.sub(r"^Proposition : \d", "", words) for words in [*sheet, *cells]]
    assert list(filter(None, (unknown(words, sentences.of(code)) for words in states))) == []
    assert any("Constat : " in words for words in sheet) or "aucun sujet" in " ".join(sheet).lower()


def test_the_objectives_of_the_roadmap_have_the_figures_of_each_neighbourhood(site):
    roadmap = reading.page(site / "feuille-de-route.html")
    names = sorted(PLACES, key=lambda code: -len(PLACES[code].name))
    tables = [table for table in roadmap.tables if table.caption.startswith("Objectifs")]
    told = [part for table in tables for row in table.rows
            for part in row.cells["Quartiers et chiffres"].split(" · ")]  # fmt: skip
    for words in told:
        code = next(code for code in names if words.startswith(plain(PLACES[code].name)))
        figures = {sentences.figure(facts.own(code, c)) for c in facts.HEADLINE
                   if facts.own(code, c) and facts.own(code, c).value is not None}  # fmt: skip
        assert words.removeprefix(plain(PLACES[code].name)).strip() in figures | {""}, words
    assert len(told) > 20


def test_each_follow_up_of_the_annex_is_the_latest_figure(site):
    rows = reading.page(site / "annexe-appel-a-projets.html").table("Indicateurs d'éval").rows
    codes = {plain(place.name): code for code, place in PLACES.items()}
    for row in rows:
        place, axis, words = row.cells.values()
        assert axis in {plain(axis["short"]) for axis in AXES.values()}
        label = next((label for label in facts.LABELS if words.startswith(f"{label} : ")), None)
        if label:
            latest = sentences.latest(codes[place], facts.LABELS[label])
            assert words == f"{label} : {sentences.figure(latest)}."
        assert label or not re.search(r"\d", words)


MAPS = (
    "Dans l",
    "Dans plusieurs communes (",
    "Périmètre 2015-2023 (ANCT)",
)  # one a neighbourhood there, three here


def test_the_word_file_says_what_the_page_of_the_annex_says(site):
    page = reading.page(site / "annexe-appel-a-projets.html")
    words = reading.word(site / "annexe-appel-a-projets.docx")
    said = [line for line in words if not line.startswith(MAPS)]
    footer = {reading.text(p) for p in page.root.xpath("//footer//p")}
    assert said == [line for line in page.written
                    if not line.startswith(MAPS) and line not in footer]  # fmt: skip
    assert len(said) > 1000


def test_the_captions_of_the_word_file_s_maps_have_the_right_areas(site):
    words = reading.word(site / "annexe-appel-a-projets.docx")
    captions = [line for line in words if line.startswith("Dans le Loiret, ")]
    sizes = [re.search(r"Périmètre \((.*?) ha\)", line)[1] for line in captions]
    order = [code for codes in together.by_contract().values() for code in codes]
    assert sizes == [facts.french(facts.Decimal(PLACES[code].area_ha), 1) for code in order]


JUDGED = [c for c in facts.HEADLINE if INDICATORS[c].favourable != "none"]
NOTES = {
    "index": ["taux_emploi"], "synthese": facts.HEADLINE, "feuille-de-route": JUDGED,
    "annexe-appel-a-projets": JUDGED,
}  # fmt: skip


@pytest.mark.parametrize("name", NOTES)
def test_a_page_says_once_which_years_were_deduced(site, name):
    said = reading.page(site / f"{name}.html").prose
    noted = [words for words in said if "déduite" in words]
    assert noted == [plain(sentences.deduced(NOTES[name]))]


def test_a_diagnosis_says_once_which_years_were_deduced(page):
    noted = [words for words in page.written if "déduite" in words]
    assert noted == [plain(sentences.deduced(facts.HEADLINE, others=True))]


def test_a_name_follows_a_noun_with_its_article(page, code):
    every = " ".join([*page.written, *page.prose])
    assert not re.search(r"\b(?:de|à) Les? [A-Z0-9]|\b(?:de|que) [AEÉIOUH][a-z]", every)
    assert f"Tendances {plain(facts.of(code))}" in every
    assert f"Périmètre {plain(facts.of(code))}, " in every


INTERNAL = re.compile(r"\b[a-z]+_[a-z_]+\b|\b\w+\.(?:toml|csv|py)\b")


def test_no_page_has_an_internal_name(site):
    for path in [*site.glob("*.html")]:
        page = reading.page(path)
        found = {name for words in [*page.written, *page.prose] for name in INTERNAL.findall(words)}
        assert found == set(), path.name


LEGEND = ("31", "▲ 7")  # the samples of the grid's legend


def whole():
    """What is said of all the neighbourhoods: counts, the note, the map, the nomenclature."""
    codes = together.by_contract().values()
    themes = tomllib.loads((facts.DATA / "catalogue" / "nomenclatures.toml").read_text("utf-8"))
    labels = (f"{c} {theme['label']}" for c, theme in themes["2020-2023"]["codes"].items())
    return [
        *map(together.counted, codes), *together.note(), *together.shared(), *together.lead(),
        together.overview(), *map(plain, labels), "Programme 147",
        *(plain(f"{place.name}") for place in PLACES.values()),
        f"Synthèse des {len(PLACES)} quartiers",
        *(sentences.deduced(codes) for codes in NOTES.values()),
        f"Les {len(PLACES)} quartiers prioritaires du Loiret. Contours : ANCT (2015-2023), IGN.",
    ]  # fmt: skip


SUMS = r"ressort dans (\d+|un) quartiers? sur 19(, dont \d+ de façon solide)?|^Dans \d+ des 19"


@pytest.mark.parametrize("name", ["index", "synthese", "feuille-de-route"])
def test_each_number_of_the_pages_of_the_whole_is_known(site, name):
    said = [words for words in reading.page(site / f"{name}.html").prose
            if not words.startswith(LEGEND)]  # fmt: skip
    # The sums over the axes are counted in the matrix by another test.
    found = (unknown(re.sub(SUMS, "", words), whole()) for words in said)
    assert list(filter(None, found)) == []


# --- the ledger ----------------------------------------------------------------------------------


def test_the_register_of_pages_is_the_ledger_s(site):
    lines = (site / "run.jsonl").read_text("utf-8").splitlines()
    records = {record["file"]: record for record in map(json.loads, lines)}
    page = reading.page(site / "registre.html")
    done = sum(record["state"] == "published" for record in records.values())
    assert f"{len(records)} pages : {done} à jour, 0 en échec, 0 à refaire." in page.prose
    rows = page.table("État de chaque page").rows
    links = {row.elements["Page"].find(".//a").get("href"): row for row in rows}
    assert sorted(links) == sorted(records)
    for file, row in links.items():
        record, (whole, *parts) = records[file], ["start", "start", "cells", "export"]
        seconds = [facts.Decimal(str(record[part])) for part in parts]
        assert row.cells["Durée"] == f"{facts.french(sum(seconds), 2)} s", whole
        assert row.cells["dont départ, cellules, mise en page"] == " · ".join(
            facts.french(part, 2) for part in seconds
        )
        for column, key in (("Données", "inputs"), ("Programme", "code"), ("Commit", "commit")):
            assert row.cells[column] == record[key]


def test_every_page_is_in_the_ledger_with_its_own_checksum(site):
    from hashlib import sha256

    records = map(json.loads, (site / "run.jsonl").read_text("utf-8").splitlines())
    for record in {r["file"]: r for r in records}.values():
        content = (site / record["file"]).read_bytes()
        assert sha256(content).hexdigest().startswith(record["page"]), record["file"]
        if record["file"].endswith(".html") and not record["file"].startswith("annexe"):
            words = " ".join(reading.page(site / record["file"]).prose)
            assert f"des données : {record['inputs']} ; du programme : {record['code']}." in words


def test_the_site_has_a_page_for_each_neighbourhood_and_four_for_all(site):
    records = map(json.loads, (site / "run.jsonl").read_text("utf-8").splitlines())
    together = {"index", "synthese", "feuille-de-route", "annexe-appel-a-projets"}
    expected = {f"{code.lower()}-{place.slug}.html" for code, place in PLACES.items()}
    expected |= {f"{name}.html" for name in together} | {"annexe-appel-a-projets.docx"}
    assert {record["file"] for record in records} == expected
