"""Decisions: stored, exported, imported, refused; nothing built from a fault, nothing lost."""

import datetime as dt
import re

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nineteen import CODES, GIEN, compared, plain
from openpyxl import load_workbook

from qpvlib import cli, pages
from qpvlib.catalogue import Faults
from qpvlib.roadmap import decisions, readiness, returned, stands, workbook
from qpvlib.roadmap.decisions import Decision
from qpvlib.tables.areas import neighbourhood

SCHEME = "piliers_2015_2023"
TODAY = dt.date(2021, 9, 30)


@pytest.fixture
def folder(tmp_path, opened):
    """An empty folder of decisions."""
    return opened(decisions=tmp_path / "decisions", scheme=SCHEME).decisions


def planned(code=GIEN):
    return stands.plan(compared(code))


def proposals(code=GIEN):
    return list(planned(code).stands)


def decision(axis="emploi", **changes):
    stand = next(s for s in proposals() if s.code == axis)
    table = {
        "neighbourhood": GIEN, "axis": axis, "state": "retained",
        "function": "Délégué du préfet", "date": dt.date(2021, 9, 15),
        "objectives": tuple(o.text for o in stand.proposals), "figures": stand.figures,
        "checksum": decisions.checksum(stand.figures),
    }  # fmt: skip
    return Decision(**(table | changes))


def stored(*decided):
    return decisions.store(SCHEME, {d.key: d for d in decided})


def filled(folder, cells, name="classeur.xlsx"):
    """The workbook of one neighbourhood, some cells typed: (row, column) → value."""
    path = workbook.export(SCHEME, {GIEN: planned()}, folder.parent / name)
    book = load_workbook(path)
    type_in(book[workbook.SHEET], cells)
    book.save(path)
    return path


def type_in(sheet, cells):
    columns = {cell.value: cell.column for cell in sheet[1]}
    for (row, column), value in cells.items():
        sheet.cell(row, columns[column]).value = value


def load(path):
    """The decisions of a workbook; it has no answer."""
    decided, answered = returned.load(path, SCHEME, TODAY)
    assert answered == {}
    return decided


TYPED = {
    (2, "Décision"): "Retenu", (2, "Date"): "15/09/2021", (2, "Motif"): "Priorité du contrat",
    (2, "Fonction de l'auteur"): "Sous-préfet",
}  # fmt: skip


# --- round trip ----------------------------------------------------------------------------------


def test_decisions_round_trip_through_the_workbook(folder):
    mine = [
        decision(),
        decision("cadre_de_vie", state="rejected", reason="Hors sujet", objectives=()),
    ]
    path = stored(*mine)
    before = path.read_bytes()
    loaded = load(filled(folder, {}))
    assert loaded == {d.key: d for d in mine}
    decisions.store(SCHEME, loaded)
    assert path.read_bytes() == before


# Without capitals, digits, @: what could be someone's name or coordinates is masked or refused.
APART = ["Cs", "Cc", "Cn", "Lu", "Lt", "Nd"]
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=APART, exclude_characters="@＠﹫"), max_size=40
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(reason=TEXT, field=TEXT)
def test_any_text_comes_back_as_typed(folder, reason, field):
    mine = decision(reason=reason.strip(), field=field.strip())
    stored(mine)
    assert decisions.read(SCHEME, TODAY) == {mine.key: mine}
    assert load(filled(folder, {})) == {mine.key: mine}


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "<script>alert(1)</script>", "<b>x</b> & « y »"]
)
def test_formulas_and_html_are_only_text(folder, text):
    stored(decision(reason=text))
    book = load_workbook(filled(folder, {}))
    cells = [c for row in book[workbook.SHEET].iter_rows() for c in row if c.value == text]
    assert [c.data_type for c in cells] == ["s"]
    typed = load(filled(folder, TYPED | {(2, "Motif"): text}))
    assert text in {d.reason for d in typed.values()}


def test_comments_and_decisions_left_out_are_kept(folder):
    path = stored(decision(), decision("egalite"))
    path.write_text(path.read_text("utf-8").replace("2021-09-15", "2021-09-15 # vu en comité", 1))
    stored(decision(reason="Autre motif"))
    text = path.read_text("utf-8")
    assert "# vu en comité" in text
    assert set(decisions.read(SCHEME, TODAY)) == {(GIEN, "emploi"), (GIEN, "egalite")}


def test_a_new_decision_rests_on_the_figures_of_the_workbook(folder):
    loaded = load(filled(folder, TYPED))
    (one,) = loaded.values()
    shown = next(s for s in proposals() if s.code == one.axis)
    assert one.figures == shown.figures
    assert one.checksum == decisions.checksum(shown.figures)


# --- bad input -----------------------------------------------------------------------------------

WRONG = [
    ({(2, "Décision"): "Retenue"}, "ligne 2, colonne « Décision » : la valeur « Retenue » n'exis"),
    ({(2, "Date"): "31/02/2021"}, "ligne 2, colonne « Date » : « 31/02/2021 » n'est pas une date"),
    ({(2, "Date"): "01/10/2021"}, "ligne 2 : date 01/10/2021 dans le futur"),
    ({(2, "Date"): None}, "date absente"),
    ({(2, "Code de l'axe"): "emplois"}, "l'axe « emplois » n'existe pas"),
    ({(2, "Code"): "QP04501"}, "le quartier « QP04501 » n'existe pas"),
    ({(2, "Fonction de l'auteur"): None}, "fonction de l'auteur absente"),
    ({(2, "Objectif 1"): "Une crèche"}, "« Une crèche » ne commence pas par un verbe"),
    ({(3, "Motif"): "Motif seul"}, "ligne 3 : « Motif » sans décision"),
    ({(3, "Objectif 1"): "Ouvrir un lieu"}, "ligne 3 : « Objectif 1 » sans décision"),
    ({(1, "Motif"): "Motifs"}, "colonne « Motif » absente"),
    ({(1, "Motif"): None}, "colonne « Motif » absente"),
]


@pytest.mark.parametrize(("cells", "said"), WRONG)
def test_a_wrong_workbook_is_refused_whole(folder, cells, said):
    path = stored(decision("egalite"))
    before = path.read_bytes()
    source = filled(folder, TYPED | cells)
    with pytest.raises(Faults) as error:
        returned.load(source, SCHEME, TODAY)
    assert said in str(error.value)
    assert path.read_bytes() == before


def test_every_fault_of_a_workbook_is_told_at_once(folder):
    cells = {(2, "Date"): "demain", (3, "Motif"): "seul", (4, "Décision"): "peut-être"}
    with pytest.raises(Faults) as error:
        returned.load(filled(folder, TYPED | cells), SCHEME, TODAY)
    assert len(error.value.faults) == 4  # row 4 has no date either


def test_two_decisions_for_one_axis_are_refused(folder):
    twice = TYPED | {(3, c): v for (_, c), v in TYPED.items()}
    same = {(3, "Code de l'axe"): proposals()[0].code}
    with pytest.raises(Faults, match="deux décisions pour l'axe"):
        returned.load(filled(folder, twice | same), SCHEME, TODAY)


def test_a_decision_emptied_in_the_workbook_is_not_lost(folder):
    stored(decision())
    row = 1 + [s.code for s in proposals()].index("emploi") + 1
    with pytest.raises(Faults, match="une décision est enregistrée"):
        returned.load(filled(folder, {(row, "Décision"): None}), SCHEME, TODAY)


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a workbook", b"Code;Axe\n", b""])
def test_what_is_not_a_workbook_is_told(folder, tmp_path, content):
    path = tmp_path / "faux.xlsx"
    path.write_bytes(content)
    with pytest.raises(Faults, match="pas un classeur"):
        returned.load(path, SCHEME, TODAY)


def test_a_workbook_of_another_scheme_is_refused(folder):
    path = workbook.export("locales_2024_2030", {GIEN: planned()}, folder.parent / "autre.xlsx")
    with pytest.raises(Faults, match="schéma « locales_2024_2030 »"):
        returned.load(path, SCHEME, TODAY)


ENTRY = '[[decision]]\nneighbourhood = "QP045016"\naxis = "emploi"\nstate = "retained"\n'
ENTRY += 'function = "Délégué"\ndate = 2021-09-15\n'
FILES = [
    (ENTRY.replace("retained", "retained?"), "ligne 1, champ « state » : 'retained?' refusé"),
    (ENTRY.replace("2021-09-15", '"demain"'), "« date » : 'demain' refusé, attendu : une date"),
    (ENTRY.replace("2021-09-15", "2030-09-15"), "dans le futur"),
    (ENTRY.replace("function", "fonction"), "champ « fonction » inconnu"),
    (ENTRY + ENTRY, "ligne 7 : deux décisions pour l'axe « emploi »"),
    (ENTRY.replace('"emploi"', '"emploie"'), "l'axe « emploie » n'existe pas. Voulez-vous dire"),
    (ENTRY + 'objectives = ["Un local"]\n', "ne commence pas par un verbe"),
    (ENTRY + f'reason = "{"a" * 5001}"\n', "motif : 5001 caractères, 5000 au plus"),
    (ENTRY + 'reason = "a\\u0001b"\n', "motif : caractère de contrôle refusé (0x01)"),
    (ENTRY.replace("[[decision]]", "[[decision]"),
     "ligne 1, caractère 11 : ce n'est pas du TOML (crochet"),
    ("decisions = 3\n" + ENTRY, "le champ « decisions » n'existe pas"),
    ('decision = "x"\n', "chaque décision s'ouvre par [[decision]]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), FILES)
def test_a_wrong_file_is_refused_with_its_line(folder, text, said):
    folder.mkdir()
    (folder / f"{SCHEME}.toml").write_text(text, "utf-8")
    with pytest.raises(Faults) as error:
        decisions.read(SCHEME, TODAY)
    assert said in str(error.value)


def test_a_file_that_is_not_utf_8_is_told(folder):
    folder.mkdir()
    (folder / f"{SCHEME}.toml").write_bytes(ENTRY.encode("latin-1"))
    with pytest.raises(Faults, match=r"ligne 5 : pas en UTF-8 \(octet 0xE9\)"):
        decisions.read(SCHEME, TODAY)


def test_nothing_is_built_from_a_faulty_file(folder, tmp_path):
    folder.mkdir()
    (folder / f"{SCHEME}.toml").write_text(ENTRY.replace("retained", "x"), "utf-8")
    reports = ["--reports", str(tmp_path / "r")]
    for verb in (["annexe", GIEN, *reports], ["report", *reports], ["check"]):
        done = CliRunner().invoke(cli.main, verb)
        assert done.exit_code == 1
        assert "champ « state »" in done.output
    assert not (tmp_path / "r").exists()


# --- what forbids a final document ---------------------------------------------------------------


def faults(*decided):
    stored(*decided)
    return " ".join(readiness.final_faults({GIEN: proposals()}))


def test_without_decisions_everything_is_proposed(folder):
    assert {s.state for s in proposals()} == {"pending", ""}
    assert readiness.undecided({GIEN: proposals()}) == [
        "Champ de la Ville (QP045016) : à décider : Cohésion sociale, Emploi"
    ]


def test_an_undecided_proposal_forbids_a_final_document(folder):
    assert "à décider : Emploi" in faults(decision("cohesion_sociale"))
    assert faults(decision("cohesion_sociale"), decision("emploi")) == ""


def test_retained_without_indicator_nor_reason_is_refused(folder):
    quiet = {"objectives": ("Créer un conseil citoyen",)}
    assert "axe « Citoyenneté » : retenu sans indicateur ni motif" in faults(
        decision("citoyennete", **quiet)
    )
    told = faults(decision("citoyennete", field="Demandé par les habitants", **quiet))
    assert "Citoyenneté" not in told


def test_a_decision_older_than_its_figures_is_named(folder):
    old = decision().figures | {"taux_emploi_femmes": "25,0 % (2015) ; plus bas"}
    told = faults(decision(figures=old, checksum=decisions.checksum(old)))
    assert "axe « Emploi » : la décision du 15/09/2021 repose sur un chiffre qui a changé" in told
    assert "Taux d'emploi des femmes : 25,0 % (2015) ; plus bas alors, 19,9" in told


def test_figures_edited_by_hand_are_told(folder):
    assert "modifiés à la main" in faults(decision(checksum="0" * 12))


def test_the_final_annex_is_refused_and_nothing_written(folder, tmp_path):
    done = CliRunner().invoke(
        cli.main, ["annexe", GIEN, "--final", "--reports", str(tmp_path / "reports")]
    )
    assert done.exit_code == 1
    assert "rien n'a été écrit" in done.output
    assert not (tmp_path / "reports").exists()


def test_a_filled_workbook_is_never_written_over(folder):
    path = filled(folder, TYPED)
    before = path.read_bytes()
    done = CliRunner().invoke(cli.main, ["decide", "--export", str(path)])
    assert done.exit_code == 2
    assert "existe déjà" in done.output
    assert path.read_bytes() == before


def test_the_command_exports_then_imports(folder):
    path = filled(folder, TYPED)
    done = CliRunner().invoke(cli.main, ["decide", "--import", str(path)])
    assert done.exit_code == 0, done.output
    assert "1 décision dans le classeur, 1 changement" in done.output
    assert (folder / f"{SCHEME}.toml").exists()


def test_check_lists_the_undecided_and_refuses_only_a_final_document(folder):
    done = CliRunner().invoke(cli.main, ["check"])
    assert done.exit_code == 0, done.output
    assert "Champ de la Ville (QP045016) : à décider : Cohésion sociale" in done.output
    final = CliRunner().invoke(cli.main, ["check", "--final"])
    assert final.exit_code == 1
    assert "Une proposition sans décision" in final.output


def own_page():
    return pages.proposals(neighbourhood(GIEN), compared(GIEN)).html


def test_pages_show_a_decision_and_escape_it(folder):
    hostile = "Créer <script>alert(1)</script>"
    stored(
        decision(objectives=(hostile,)),
        decision("cohesion_sociale", state="rejected", objectives=()),
    )
    plans = {code: planned(code) for code in CODES}
    html = (own := own_page()) + pages.contracts(plans).html + pages.matrix(plans).html
    assert "<script" not in html
    assert "&lt;script&gt;" in own
    text = plain(own).replace("\xa0", " ")
    assert "Emploi. Décision du 15/09/2021 (Délégué du préfet) : retenu." in text
    assert "Cohésion sociale : décision du 15/09/2021 (Délégué du préfet) : non retenu." in text
    assert "Accompagner vers l'emploi" not in text  # what is decided replaces what was proposed
    assert "Faire connaître la France services" not in text


def test_an_undecided_axis_beside_a_decided_one_is_still_a_proposal(folder):
    stored(decision())
    text = plain(own_page()).replace("\xa0", " ")
    assert "Propositions et décisions" in text
    assert "Proposition. Cohésion sociale. " in text


def test_what_is_decided_after_plans_were_computed_is_in_them(folder):
    place = neighbourhood(GIEN)
    assert not any(stand.decision for stand in stands.plan_of(place).stands)
    stored(decision())
    for plan in (stands.plan_of(place), stands.all_plans()[GIEN]):
        assert [stand.code for stand in plan.stands if stand.decision] == ["emploi"]


def test_axes_all_set_aside_leave_no_proposal_and_say_so(folder):
    proposed = [stand.code for stand in proposals() if stand.proposed]
    assert proposed
    stored(*(decision(axis, state="rejected", objectives=()) for axis in proposed))
    text = plain(own_page()).replace("\xa0", " ")
    assert text.count("non retenu.") == len(proposed)
    assert "Proposition." not in text
    assert "Axes décidés" not in text


def test_an_axis_retained_without_a_gap_is_not_told_as_undocumented(folder):
    """A person knows what no figure says: the decided line replaces the tag."""
    (stand,) = [s for s in proposals() if s.code == "citoyennete"]
    assert stand.status == "undocumented"
    stored(decision("citoyennete", objectives=("Créer un conseil citoyen",), field="Demandé"))
    own = plain(own_page()).replace("\xa0", " ")
    line = re.search(r"Citoyenneté\. (.*?) Créer un conseil citoyen\.", own)[1]
    assert line == "Décision du 15/09/2021 (Délégué du préfet) : retenu."
    assert "non documenté" not in own.lower()


def ods(path, formula=""):
    """The same workbook as LibreOffice would save it: cells by sheet, a formula if given."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    saved = OpenDocumentSpreadsheet()
    for sheet in load_workbook(path):
        table = Table(name=sheet.title)
        for line in sheet.iter_rows(values_only=True):
            made = TableRow()
            for cell in line:
                if isinstance(cell, dt.datetime):
                    made.addElement(TableCell(valuetype="date", datevalue=cell.date().isoformat()))
                else:
                    held = TableCell(
                        valuetype="string", **({"formula": formula} if formula else {})
                    )
                    held.addElement(P(text="" if cell is None else str(cell)))
                    made.addElement(held)
            table.addElement(made)
        saved.spreadsheet.addElement(table)
    saved.save(str(path.with_suffix(".ods")))
    return path.with_suffix(".ods")


def test_decisions_are_read_from_ods_as_from_xlsx(folder):
    path = filled(folder, TYPED | {(2, "Motif"): "=1+1"})
    from_ods = load(ods(path))
    assert from_ods == load(path)
    assert "=1+1" in {d.reason for d in from_ods.values()}
    with pytest.raises(Faults, match="contient des formules"):
        load(ods(path, "of:=1+1"))
