"""« Autour »: the places that the lists name, on the page and in the details."""

import surroundings
from reading import plain


def test_the_page_names_the_nearest_and_most_useful_of_three_kinds(page, code):
    *shown, foot = page.section("Autour du quartier")
    assert shown == surroundings.first(code)
    assert foot == "À vol d'oiseau ; listes incomplètes."


def test_the_details_have_every_place_with_its_distance_and_its_list(page, code):
    table = page.table("Lieux nommés à moins d'un kilomètre")
    assert sorted(tuple(row.cells.values()) for row in table.rows) == sorted(
        surroundings.rows(code)
    )
    assert surroundings.fold(code) in page.prose


def test_what_a_list_has_not_is_told_with_its_year(page, code):
    said = set(map(plain, page.prose))
    assert set(surroundings.absent(code)) <= said
    named = {line.partition(" Licence : ")[0] for line in said if ". Lieux nommés, " in line}
    assert named == set(surroundings.cites(code))
