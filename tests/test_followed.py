"""The register's own pages are pages of the site: in the ledger, proven, archived, published."""

from datetime import date
from zipfile import ZipFile

import pytest
import registers

from qpvlib.actions import reading, register
from qpvlib.publishing import jobs, ledger, proof, sending, site
from qpvlib.publishing.job import REGISTER

BOARD, COVERAGE = "quartiers-ete-registre.html", "couverture-registre.html"


@pytest.fixture
def followed(tmp_path, opened):
    """A register of two actions, as of its last import."""
    opened(register=tmp_path / "register")
    rows = registers.row(), registers.row(reference="DA2", quartiers="QP045012")
    register.keep(reading.read(registers.csv_file(tmp_path, *rows)), when=date(2021, 7, 20))
    return jobs.followed()


def test_without_a_register_the_site_has_no_page_of_it(tmp_path, opened):
    opened(register=tmp_path / "none")
    assert jobs.followed() == []
    assert not {BOARD, COVERAGE} & {job.file for job in jobs.of(None)}
    assert BOARD not in dict(jobs.index().page.links)


def test_they_are_of_the_last_year_and_of_the_day_of_the_last_import(followed):
    assert [job.file for job in followed] == [BOARD, COVERAGE]
    assert dict(followed[0].parameters) == {"year": 2021, "at": "2021-07-20"}
    assert followed == [job for job in jobs.of(None) if job in followed]
    assert {BOARD, COVERAGE} <= set(dict(jobs.index().page.links))
    assert [link for link, _ in followed[1].page.links] == [BOARD]


def test_they_are_built_proven_archived_and_published(followed, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "of", lambda *_: followed)
    reports = tmp_path / "reports"
    built = site.build(reports=reports)
    assert sorted(built.made) == [COVERAGE, BOARD]
    assert {r.state for r in ledger.read(reports).values()} == {"published"}
    assert proof.defects(reports) == []
    with ZipFile(built.archive) as pack:
        assert {f"reports/{BOARD}", f"reports/{COVERAGE}"} <= set(pack.namelist())
    assert sending.publish(reports, tmp_path / "site").pages == 2
    assert site.build(reports=reports).made == []
    # Another import: they are made again, and the former page is told to be old.
    more = registers.csv_file(tmp_path, registers.row(reference="DA3"), name="g.csv")
    register.keep(reading.read(more), when=date(2021, 7, 21))
    later = jobs.board(2021, date(2021, 7, 21), REGISTER)
    assert any("ont changé" in told for told in proof.page_defects(reports, later))
    html = (reports / BOARD).read_text("utf-8")
    assert "20/07/2021" in html


def test_a_figure_typed_over_is_found(followed, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "of", lambda *_: followed)
    reports = tmp_path / "reports"
    site.build(reports=reports)
    place = reports / BOARD
    html = place.read_text("utf-8")
    assert "2\u202f540" in html  # children of La Source
    place.write_text(html.replace("2\u202f540", "2\u202f450"), "utf-8")
    told = proof.defects(reports)
    assert any("450" in line and "là où les tables donnent" in line for line in told)
