"""The summer's board and the coverage, recounted from the register's file alone."""

import csv
import re
import tomllib
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from types import SimpleNamespace

import facts
import pytest
import reading
from facts import CONTRACTS, PLACES
from reading import check, plain

AT, SUMMER = date(2021, 7, 20), (date(2021, 7, 1), date(2021, 8, 31))
GRANTED, PENDING = ("accordée", "réalisée"), ("déposée", "projetée")
ACTIONS = facts.DATA / "actions"
NOMENCLATURES = ACTIONS.parent / "catalogue" / "nomenclatures.toml"
P147 = tomllib.loads(NOMENCLATURES.read_text("utf-8"))["2020-2023"]["codes"]


# --- the register, read apart --------------------------------------------------------------------


@pytest.fixture(scope="module")
def actions(demo):
    with (demo / "registre" / "registre.csv").open(encoding="utf-8", newline="") as file:
        return [action(row) for row in csv.DictReader(file)]


def action(row):
    """An action of the register: its weeks of the summer, its share of each neighbourhood."""
    start, end = date.fromisoformat(row["debut"]), date.fromisoformat(row["fin"])
    pairs = [[*part.split(), "1"][:2] for part in row["quartiers"].split(" ; ")]
    return SimpleNamespace(
        code=row["reference"], title=row["intitule"], state=row["etat"], theme=row["theme"],
        start=start, end=end, shares={area: Fraction(share) for area, share in pairs},
        live=row["etat"] in GRANTED + PENDING, pending=row["etat"] in PENDING,
        weeks=held(start, end), slots=words(row["creneaux"]), ages=words(row["ages"]),
        publics=words(row["publics"]), schemes=words(row["dispositif"]),
        **{name: Decimal(row[column]) if row[column] else None for name, column in AMOUNTS.items()},
    )  # fmt: skip


AMOUNTS = {"requested": "montant_demande", "granted": "montant_accorde", "paid": "montant_verse",
           "places": "participants_prevus", "came": "participants_reels",
           "young": "moins_26_reels", "visits": "presences_reelles"}  # fmt: skip


def words(cell):
    return set(filter(None, cell.split(" ; ")))


def days(start, end):
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def held(start, end):
    """ISO weeks of July and August that an action of ten weeks at most has a day in."""
    short = (end - start).days <= facts.RULES["action_short_days"]
    inside = [day for day in days(start, end) if SUMMER[0] <= day <= SUMMER[1]]
    return sorted({day.isocalendar().week for day in inside}) if short else []


def parts(total, shares):
    """Cents of each neighbourhood: whole, and their sum is the total."""
    exact = {area: total * 100 * share.numerator / share.denominator
             for area, share in shares.items()}  # fmt: skip
    cents = {area: amount.to_integral_value(ROUND_FLOOR) for area, amount in exact.items()}
    lacking = int(total * 100 - sum(cents.values()))
    for area in sorted(exact, key=lambda a: cents[a] - exact[a])[:lacking]:
        cents[area] += 1
    return {area: amount / 100 for area, amount in cents.items()}


def people(total, shares):
    """Whole persons of each neighbourhood, the same way."""
    return {area: amount * 100 for area, amount in parts(total / 100, shares).items()}


def of(actions, name, area=None, every=False):
    """Sum of an amount over the actions that count; None where none gives it."""
    share = people if name in ("places", "came") else parts
    amounts = [
        getattr(a, name) if area is None else share(getattr(a, name), a.shares)[area]
        for a in actions
        if getattr(a, name) is not None and (every or a.live) and (not area or area in a.shares)
    ]
    return sum(amounts) if amounts else None


def euros(amount, exact=False):
    """To the cent where there are any, or in a column where one has."""
    if amount is None:
        return "—"
    return f"{facts.french(amount, 2 if exact or amount != int(amount) else 0)} €"


def whole(amount):
    return "—" if amount is None else facts.french(amount)


def told(number, noun, plural=""):
    return f"{facts.french(number)} {noun if number < 2 else plural or noun + 's'}"


def named(areas):
    names = [plain(PLACES[area].name) for area in sorted(areas)]
    return " et ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "aucun"


# --- the board -------------------------------------------------------------------------------


@pytest.fixture
def board(built):
    return reading.page(built[0])


@pytest.fixture
def coverage(built):
    return reading.page(built[1])


WEEKS = sorted({day.isocalendar().week for day in days(*SUMMER)})


def grid_cell(actions, area, week):
    """« Sport ×2 », what is granted first; « rien » in a week without anything."""
    kinds = defaultdict(int)
    for a in actions:
        if a.live and area in a.shares and week in a.weeks:
            kinds[a.pending, P147[a.theme]["short"]] += 1
    cells = [
        f"{theme}{f' ×{n}' if n > 1 else ''}{' (sans décision)' if pending else ''}"
        for (pending, theme), n in sorted(kinds.items())
    ]
    return " ".join(cells) or "rien"


def test_the_weeks_of_the_grid_are_those_of_july_and_august(board):
    columns = board.table("par quartier et par semaine").columns[1:]
    assert [int(re.match(r"S(\d+)", column)[1]) for column in columns] == WEEKS
    current = [column for column in columns if column.endswith("en cours")]
    assert [int(column[1:3]) for column in current] == [AT.isocalendar().week]


@pytest.mark.parametrize("area", sorted(PLACES))
def test_each_week_of_the_grid_has_the_actions_that_are_there(board, actions, area):
    row = board.table("par quartier et par semaine").by_head[plain(PLACES[area].name)]
    expected = {week: grid_cell(actions, area, week) for week in WEEKS}
    check(board, dict(zip(WEEKS, list(row.cells.values())[1:], strict=True)), expected)


def test_the_opening_counts_actions_neighbourhoods_weeks_places_and_euros(board, actions):
    live = [a for a in actions if a.live]
    reached = {area for a in live for area in a.shares}
    empty = sum(grid_cell(actions, area, week) == "rien" for area in PLACES for week in WEEKS)
    granted = sum(a.state in GRANTED for a in live)
    card = board.root.xpath("//header//dl|//dl")[0]
    shown = dict(zip(*(map(reading.text, card.iter(tag)) for tag in ("dt", "dd")), strict=True))
    check(board, shown, {
        f"actions, dont {told(granted, 'accordée')}": str(len(live)),
        "quartiers qui en ont une au moins": f"{len(reached)} / 19",
        "semaines de quartier où rien n'est prévu": f"{empty} / {19 * len(WEEKS)}",
        "places prévues (participants attendus)": facts.french(of(live, "places")),
        f"accordés ; demandés : {euros(of(actions, 'requested', every=True))}":
            euros(of(actions, "granted")),
    })  # fmt: skip
    lost = sum(not a.weeks for a in live)
    said = " ".join(board.prose)
    assert f"{empty} semaines de quartier sur {19 * len(WEEKS)} sans rien de prévu" in said
    assert f"{lost} actions n'ont pas de semaine connue" in said


def test_places_are_set_against_children_where_they_are_fewer_first_by_name(board, actions):
    table = board.table("Les places prévues et les enfants")
    children = {a: int(facts.series(a, "enfants_6_17")[-1].value) for a in PLACES}
    places = {a: int(of(actions, "places", a) or 0) for a in PLACES}
    every = 100 * sum(places.values()) / sum(children.values())
    rate = {a: 100 * places[a] / children[a] for a in PLACES}
    order = sorted(PLACES, key=lambda a: (rate[a] >= every, plain(PLACES[a].name)))
    assert [row.head for row in table.rows] == [plain(PLACES[a].name) for a in order]
    assert [list(row.cells.values())[1:] for row in table.rows] == [
        [facts.french(children[a]), facts.french(places[a]), facts.french(rate[a])] for a in order
    ]
    assert {row.group for row in table.rows} == {
        f"Moins de places pour 100 enfants que dans l'ensemble ({facts.french(every)})",
        f"Autant ou plus que dans l'ensemble ({facts.french(every)})",
    }  # fmt: skip


def area_cells(actions, area):
    mine = [a for a in actions if a.live and area in a.shares]
    weeks = {week for a in mine for week in a.weeks}
    return [
        facts.shown(facts.series(area, "enfants_6_17")[-1]),
        str(len(mine)) if mine else "rien",
        f"{len(weeks)} sur {len(WEEKS)}",
        whole(of(actions, "places", area)),
        whole(of(actions, "came", area)),
        euros(of(actions, "requested", area, every=True), exact=True),
        euros(of(actions, "granted", area), exact=True),
        euros(of(actions, "paid", area), exact=True),
    ]


@pytest.mark.parametrize("area", sorted(PLACES))
def test_each_neighbourhood_has_its_children_its_weeks_and_its_euros(board, actions, area):
    row = board.table("Quartier par quartier").by_head[plain(PLACES[area].name)]
    assert list(row.cells.values())[1:] == area_cells(actions, area)


def test_the_whole_of_the_board_is_the_register_s_to_the_cent(board, actions):
    row = list(board.table("Quartier par quartier").by_head["Ensemble"].cells.values())
    money = (of(actions, "requested", every=True), of(actions, "granted"), of(actions, "paid"))
    people = (whole(of(actions, name)) for name in ("places", "came"))
    assert row[4:] == [*people, *(euros(amount, exact=True) for amount in money)]
    bars = board.root.xpath("//dl")[1]
    assert [reading.text(dd) for dd in bars.iter("dd")][:3] == [euros(amount) for amount in money]


CRITERIA = {
    "En août": lambda a: any(w in a.weeks for w in august()) if a.weeks else None,
    "En soirée": lambda a: "soirée" in a.slots if a.slots else None,
    "Le week-end": lambda a: "week-end" in a.slots if a.slots else None,
    "Filles et femmes": lambda a: "filles et femmes" in a.publics if a.publics else None,
    "12-25 ans": lambda a: bool(a.ages & {"12-17", "18-25"}) if a.ages else None,
    "Seniors": lambda a: bool({"65 et plus", "seniors"} & (a.ages | a.publics)),
}


def august():
    return {day.isocalendar().week for day in days(date(2021, 8, 1), date(2021, 8, 31))}


@pytest.mark.parametrize("criterion", CRITERIA)
def test_each_criterion_counts_its_actions_and_names_who_has_none(board, actions, criterion):
    row = board.table("Les critères de l'appel").by_head[criterion]
    live = [a for a in actions if a.live]
    yes = [a for a in live if CRITERIA[criterion](a)]
    silent = sum(CRITERIA[criterion](a) is None for a in live)
    reached = {area for a in yes for area in a.shares}
    assert list(row.cells.values())[1:] == [
        str(len(yes)), f"{len(reached)} sur 19", str(silent), named(set(PLACES) - reached),
    ]  # fmt: skip


def test_what_came_is_counted_on_the_actions_that_are_over(board, actions):
    over = [a for a in actions if a.live and a.end < AT]
    known = [a for a in over if a.came is not None]
    sentence = next(s for s in board.prose if "actions finies au" in s)
    numbers = [int(n.replace(" ", "")) for n in re.findall(r"\d+(?: \d{3})*", sentence)]
    assert numbers[:3] == [len(over), 20, 2021]
    assert numbers[3:7] == [len(known), len(known), of(known, "came"), of(known, "places")]


def test_the_list_has_every_action_with_its_three_amounts(board, actions):
    rows = board.table("Toutes les actions").rows
    shown = {row.head[:10]: list(row.cells.values())[4:] for row in rows}
    expected = {
        a.code: [
            spans(a.weeks),
            a.state,
            *(euros(amount, exact=True) for amount in (a.requested, a.granted, a.paid)),
        ]
        for a in actions
    }
    check(board, shown, expected)


def spans(weeks):
    if not weeks:
        return "non précisées"
    return f"{weeks[0]} à {weeks[-1]}" if len(weeks) > 1 else str(weeks[0])


def test_the_states_are_counted(board, actions):
    shown = {row.head: row.cells["Actions"] for row in board.table("Où en sont").rows}
    states = [a.state for a in actions]
    assert shown == {state: str(states.count(state)) for state in set(states)}


# --- the matrix --------------------------------------------------------------------------------


def axis_of(a):
    """The register names no axis: that of its theme, by the crosswalk."""
    axes = tomllib.loads((ACTIONS / "axes_p147.toml").read_text("utf-8"))
    held = [axis for axis, entry in axes.items() if a.theme[0] in entry["themes"]["2020-2023"]]
    return held[0]


@pytest.fixture(scope="module")
def needs(demo):
    with (demo / "registre" / "priorites.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["area"], row["axis"]): row["need"] for row in rows}, {
        row["axis"]: plain(row["label"]) for row in rows
    }


NEEDS = {"retained": "● besoin retenu", "solid": "○ besoin solide", "confirm": "◌ à confirmer",
         "no_gap": "sans écart", "undocumented": "non documenté", "rejected": "écarté"}  # fmt: skip


def sums(mine, area):
    if not mine:
        return ""
    waiting = sum(a.pending for a in mine)
    count = told(len(mine), "action") + f", dont {waiting} sans décision" * bool(waiting)
    amounts = [euros(of(mine, "granted", area))] if of(mine, "granted", area) is not None else []
    return f"{count} {' · '.join([*amounts, told(of(mine, 'places', area), 'place')])}"


def matrix_cell(actions, area, axis, need):
    mine = [a for a in actions if a.live and area in a.shares and axis_of(a) == axis]
    answer = sums(mine, area)
    if not answer:
        answer = "besoin sans action" if need in ("retained", "solid") else "—"
    return f"{NEEDS[need]} {answer}"


@pytest.mark.parametrize("area", sorted(PLACES))
def test_each_cell_of_the_matrix_is_its_need_and_what_answers_it(coverage, actions, needs, area):
    wanted, labels = needs
    row = coverage.table("Besoins et actions").by_head[plain(PLACES[area].name)]
    expected = {
        label: matrix_cell(actions, area, axis, wanted.get((area, axis), "undocumented"))
        for axis, label in labels.items()
    }
    mine = [a for a in actions if a.live and area in a.shares]
    expected |= {"Quartier": row.head, "Hors axe": "—", "Ensemble": sums(mine, area) or "rien"}
    check(coverage, row.cells, expected)


def test_the_neighbourhoods_of_the_matrix_are_under_their_contract(coverage):
    rows = coverage.table("Besoins et actions").rows
    groups = {row.head: row.group for row in rows if row.head != "Euros accordés"}
    expected = {plain(p.name): plain(CONTRACTS[p.contract]["short"]) for p in PLACES.values()}
    check(coverage, groups, expected)


def test_the_foot_of_the_matrix_sums_to_the_register(coverage, actions, needs):
    foot = coverage.table("Besoins et actions").by_head["Euros accordés"].cells
    live = [a for a in actions if a.live]
    expected = {label: euros(of([a for a in live if axis_of(a) == axis], "granted"))
                for axis, label in needs[1].items()}  # fmt: skip
    expected |= {"Quartier": "Euros accordés", "Hors axe": "—",
                 "Ensemble": euros(of(live, "granted"))}  # fmt: skip
    check(coverage, foot, expected)


def test_the_needs_without_action_are_counted_and_named(coverage, actions, needs):
    bare = defaultdict(list)
    for (area, axis), need in needs[0].items():
        cell = matrix_cell(actions, area, axis, need)
        bare[needs[1][axis]] += [area] if cell.endswith("besoin sans action") else []
    said = " ".join(coverage.prose)
    assert f"{sum(map(len, bare.values()))} besoins retenus ou solides sont sans aucune" in said
    assert coverage.section("Besoins sans aucune action") == [
        f"{label} : {named(areas)}." for label, areas in sorted(bare.items()) if areas
    ]


# --- the diagnosis -------------------------------------------------------------------------------


def test_a_diagnosis_has_its_own_part_of_what_is_engaged(built, actions):
    page, area = reading.page(built[2]), "QP045010"
    mine = [a for a in actions if a.live and area in a.shares]
    shown = [list(row.cells.values())[2:] for row in page.table("Actions engagées ici").rows]
    exact = any(a.granted and of([a], "granted", area) % 1 for a in mine)
    expected = [[a.state, euros(of([a], "granted", area), exact), whole(of([a], "places", area))]
                for a in mine]  # fmt: skip
    assert sorted(shown) == sorted(expected)
    granted, places = of(mine, "granted", area), of(mine, "places", area)
    said = f"Montant accordé : {euros(granted)} ; prévu : {told(places, 'place')}."
    assert said in " ".join(page.prose)
