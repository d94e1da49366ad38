"""What each sentence says: its parts, their order, what it is read against. See test_numbers."""

import json
import re

import drawings
import facts
import judgements
import offered
import portraits
import pytest
import reading
import recounted
import sentences
import surroundings
from facts import INDICATORS, PLACES
from reading import plain

# --- the diagnoses ---------------------------------------------------------------------------


def test_what_makes_it_itself_opens_the_page(page, code):
    assert page.section("Ce qui le distingue")[0] == plain(sentences.traits(code))


def test_needs_are_told_with_their_year_and_what_they_are_read_against(page, code):
    found, left = portraits.needs(code), portraits.others(code)
    told = [sentences.need_line(n, need) for n, need in enumerate(found, 1)]
    told += [sentences.also(left)] if left else []
    assert page.section("Besoins") == list(map(plain, told))


def test_each_page_has_a_need_a_proposal_and_a_question(page, code):
    assert 1 <= len(portraits.needs(code)) <= facts.RULES["points"]
    assert 1 <= len(offered.proposals(page)) <= facts.RULES["axis_objectives"]
    asked = page.section("À demander")
    assert 1 <= len(asked) <= facts.RULES["questions"]
    assert all(question.endswith("?") or " ?" in question for question in asked)


def test_each_need_has_two_references_wherever_an_area_around_has_the_figure(page, code):
    lines = [words for words in page.section("Besoins") if re.match(r"\d ", words)]
    for line, need in zip(lines, portraits.needs(code), strict=True):
        assert re.search(r"\(.*(20\d\d|¹)", line)
        assert "QPV : " in line
        around = portraits.references(need.row)
        for other in around:
            assert f"{plain(facts.AREAS[other.area].name)} : {facts.shown(other)}" in line
        if not around:  # then none has it that year
            row, areas = need.row, facts.around(code)
            same = [other for a in areas if (other := facts.beside(a, row))]
            assert row.year_status == "unknown" or row.year not in [o.year for o in same]


def test_no_page_denies_a_gap_with_the_communes(page, code):
    said = " ".join([*page.written, *page.prose]).lower()
    if portraits.poorer(facts.own(code, "taux_pauvrete")):
        assert re.search(r"pauvreté\. \d+,\d % des habitants sous le seuil \(2019\)", said)
        assert "aucun chiffre publié n'est en écart" not in said
        assert "aucun écart défavorable" not in said


def test_assets_are_two_of_what_people_have_then_of_what_is_near(page, code):
    near, most = list(sentences.resources(code)), facts.RULES["assets"]
    rows = judgements.assets(code)[: most - min(len(near), 1)]
    told = [plain(sentences.asset_line(n, row)) for n, row in enumerate(rows, 1)]
    *said, open_ = page.section("Appuis")
    assert said[: len(rows)] == told
    near = list(map(plain, near[: most - len(rows)]))
    assert said[len(rows) + len(near) :] == [NONE] * (not rows)
    said = said[: len(rows) + len(near)]
    for n, (words, line) in enumerate(zip(near, said[len(rows) :], strict=True), len(rows) + 1):
        assert line.startswith(f"{n} {words} Ne dit rien d")
    assert open_ == "À compléter :"


NONE = "Les chiffres n'en montrent pas."
NEVER = ("comparable", "pauvreté", "niveau de vie", "RSA", "santé solidaire", "vacants",
         "deux ans ou plus", "niveau inférieur", "sont à durée limitée")  # fmt: skip


def test_no_asset_is_of_a_forbidden_kind(page):
    said = " ".join(page.section("Appuis"))
    assert [words for words in NEVER if words in said] == []


def test_what_is_solid_says_nothing_and_what_is_not_says_so_in_one_word(page, code):
    for title in ("Besoins", "Appuis", "Propositions"):
        assert not re.search(r"\bsolides?\b", " ".join(page.section(title)))
    for one in offered.proposals(page):
        assert one.doubt == (not offered.solid(code, one.pattern)), one.pattern


def test_each_need_has_its_answer_and_what_is_kept_is_a_favourable_gap(page, code):
    found = offered.proposals(page)
    patterns = [facts.PATTERNS[one.pattern] for one in found]
    topics = [need.topic for need in portraits.needs(code)]
    assert [p["topic"] for p in patterns if p["kind"] == "act"] == topics
    kept = patterns[len(topics) :]
    assert {p["kind"] for p in kept} <= {"preserve"}
    told = {row.indicator for need in portraits.needs(code) for row in need.rows}
    for pattern in kept:
        assert judgements.side(facts.own(code, pattern["indicator"])) == "better"
        assert pattern["indicator"] not in told
    assert [one.head for one in found] == [offered.head(one.pattern) for one in found]
    assert [one.rank for one in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("indicator", sentences.TRENDS)
def test_each_trend_says_its_ends_its_gap_and_its_noise(page, code, indicator):
    figure = page.figure(plain(INDICATORS[indicator].label))
    assert figure.caption == plain(sentences.trend_caption(code, indicator))
    assert figure.alt == plain(sentences.trend_alt(code, indicator))


@pytest.mark.parametrize("indicator", drawings.HILLS)
def test_what_replaces_a_hill_says_the_same_as_it(code, indicator):
    expected = plain(sentences.hill_alt(facts.own(code, indicator)))
    assert drawings.hill(code, indicator).alt == expected


def test_each_series_used_is_cited_with_its_years_and_its_copies(page, code):
    said = page.prose
    for cite, years, copies in recounted.cited(code):
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


YEARS = ["taux_emploi"]


def test_the_index_says_once_which_years_were_deduced(site):
    said = reading.page(site / "index.html").prose
    noted = [words for words in said if "déduite" in words]
    assert noted == [plain(sentences.deduced(YEARS))]


def test_each_caveat_of_a_diagnosis_is_said_once(page, code):
    noted = [words for words in page.prose if "¹ Fichier" in words or "² Année" in words]
    assert noted == [plain(sentences.footnotes(code))]


def test_a_name_follows_a_noun_with_its_article(page, code):
    bare = every = " ".join([*page.written, *page.prose])
    for place in facts.resources(code):  # « lycée Maréchal Leclerc de Hauteclocque »
        bare = bare.replace(plain(surroundings.proper(place.name)), "")
    assert not re.search(r"\b(?:de|à) Les? [A-Z0-9]|\b(?:de|que) [AEÉIOUH][a-z]", bare)
    assert f"Tendances {plain(facts.of(code))}" in every
    assert f"Périmètre {plain(facts.of(code))}, " in every


INTERNAL = re.compile(r"\b[a-z]+_[a-z_]+\b|\b\w+\.(?:toml|csv|py)\b")


def test_no_page_has_an_internal_name(site):
    for path in [*site.glob("*.html")]:
        page = reading.page(path)
        found = {name for words in [*page.written, *page.prose] for name in INTERNAL.findall(words)}
        assert found == set(), path.name


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


def test_the_site_has_a_page_for_each_neighbourhood_and_eight_for_all(site):
    records = map(json.loads, (site / "run.jsonl").read_text("utf-8").splitlines())
    both = {"annexe-appel-a-projets", "donnees-a-demander"}
    together = {"index", "synthese", "feuille-de-route", "indicateurs", "accessibilite", *both}
    expected = {f"{code.lower()}-{place.slug}.html" for code, place in PLACES.items()}
    expected |= {f"{name}.html" for name in together} | {f"{name}.docx" for name in both}
    packs = {
        f"donnees/{name.removesuffix('.html')}.zip" for name in expected if name.startswith("q")
    }
    expected |= packs | {f"donnees/{n}" for n in ("objectifs.csv", "synthese.zip", "tableaux.xlsx")}
    later = facts.perimeters()
    expected |= {"perimetres-2024.html", *(f"{p.code.lower()}-{p.slug}.html" for p in later)}
    assert {record["file"] for record in records} == expected
