"""Corrections in the open: on the pages concerned, all on one page; a signed page falls back."""

import io
from datetime import date, timedelta

import pytest
import reading
from reading import Page, plain, text

from qpvlib.catalogue import Faults
from qpvlib.document.blocks import Masthead, Paragraph
from qpvlib.project import current, forget
from qpvlib.publishing import batch, inputs, jobs, pools, states
from qpvlib.publishing import page as publishing
from qpvlib.roadmap import corrections, readiness, signatures
from qpvlib.tables.areas import neighbourhood, neighbourhoods

SOURCE, HAMEAU = neighbourhood("QP045010"), neighbourhood("QP045015")
ONE = {
    "date": "2026-02-20", "page": '"QP045010"', "wrong": '"58,4 % en 2019."',
    "since": "2026-01-15", "right": '"48,4 %"',
}  # fmt: skip
TOLD = "Correction du 20/02/2026. Erreur depuis le 15/01/2026 : 58,4 % en 2019. Exact : 48,4 %."


@pytest.fixture(autouse=True)
def project(tmp_path, opened):
    (tmp_path / "data").mkdir()
    return opened(decisions=tmp_path / "data" / "decisions", reports=tmp_path / "reports")


def write(*entries):
    """The file of corrections: each is ``ONE``, but for what is given."""
    told = (
        "\n".join(f"{name} = {value}" for name, value in (ONE | one).items()) for one in entries
    )
    current().corrections.write_text("".join(f"[[correction]]\n{one}\n" for one in told), "utf-8")
    forget()


def framed(file):
    """A page of the site, in the frame that the site gives it, around a few words."""
    (job,) = (job for job in jobs.of(None) if job.file == file)
    blocks = Masthead("Préfecture", "Titre"), Paragraph("58,0 %")
    html = publishing.signed(
        file, lambda state: publishing.framed(job.page, blocks, state=state)
    )  # fmt: skip
    current().reports.mkdir(exist_ok=True)
    (current().reports / file).write_text(html, "utf-8")


def made(*files):
    """Pages of the site, as the independent reader reads them."""
    forget()
    wanted = [job for job in jobs.of(None) if job.file in files]
    found = {}
    current().reports.mkdir(exist_ok=True)
    for outcome in batch.run(wanted, pools.processes(1)):
        assert not outcome.failed, outcome.cause
        (current().reports / outcome.job.file).write_bytes(outcome.html)
        found[outcome.job.file] = outcome.html
    return found


def block(file):
    """Lines of the block at the top of a page."""
    page = Page(current().reports / file)
    found = page.root.xpath("//main//section[@class='corrections' and @aria-label='Corrections']")
    return [text(line) for one in found for line in one.iter("p")]


def test_without_a_correction_every_page_is_what_it_was():
    bare = [(job, inputs.of(job)) for job in jobs.of(None)]
    current().corrections.write_text("# rien à corriger\n", "utf-8")
    forget()
    assert [(job, inputs.of(job)) for job in jobs.of(None)] == bare
    assert "corrections.html" not in {job.file for job, _ in bare}
    assert not any("corrections.html" in dict(job.page.behind) for job, _ in bare)


def test_a_correction_is_at_the_top_of_its_page_and_on_the_page_of_all():
    write({}, {"date": "2026-03-01", "page": '"synthese.html"', "right": '"dix-neuf"'})
    made(SOURCE.page, HAMEAU.page, "corrections.html")
    assert block(SOURCE.page) == [TOLD, "Toutes les corrections"]
    assert block(HAMEAU.page) == []
    page = Page(current().reports / SOURCE.page)
    first = page.root.xpath("//main//*[self::p or self::dl or self::h2]")[0]
    assert text(first) == TOLD  # before any figure
    listed = Page(current().reports / "corrections.html")
    items = [text(item) for item in listed.root.xpath("//main//ul[@class='five']/li")]
    assert items == [
        "Correction du 01/03/2026. Synthèse Erreur depuis le 15/01/2026 : 58,4 % en 2019. "
        "Exact : dix-neuf.",
        TOLD.replace("2026. Erreur", "2026. La Source Erreur"),
    ]
    assert any("Bureau de la politique de la ville" in words for words in listed.prose)
    links = listed.root.xpath("//main//ul[@class='five']//a/@href")
    assert links == ["synthese.html", SOURCE.page]
    behind = Page(current().reports / HAMEAU.page).root.xpath("//footer//a/@href")
    assert "corrections.html" in behind


def test_of_many_corrections_a_page_has_the_three_last():
    write(*({"date": f"2026-02-{day}", "page": '"toutes"'} for day in (16, 19, 17, 18, 20)))
    framed(HAMEAU.page)
    *lines, more = block(HAMEAU.page)
    assert [line[14:16] for line in lines] == ["20", "19", "18"]
    assert more == "Et 2 autres : Toutes les corrections"


def test_a_perimeter_of_2024_has_its_own_corrections():
    write({"page": f'"{SOURCE.successor}"'})
    later = neighbourhood(SOURCE.successor).page
    assert [file for file in (SOURCE.page, later) if corrections.of(file)] == [later]


@pytest.mark.parametrize("named", ["QP045010", SOURCE.page])
def test_a_neighbourhood_is_named_by_its_code_or_by_its_page(named):
    write({"page": f'"{named}"'})
    files = [*(place.page for place in neighbourhoods().values()), "synthese.html", "index.html"]
    assert [file for file in files if corrections.of(file)] == [SOURCE.page]
    assert corrections.of(f"fiche-{SOURCE.page}")
    assert corrections.of("comparaison-qp045010-qp045012.html")
    assert not corrections.of("comparaison-qp045011-qp045012.html")


def test_every_page_of_the_site_may_be_corrected_and_one_on_all_is_on_each():
    pages = {job.file for job in jobs.of(None) if job.file.endswith(".html")}
    write(*({"page": f'"{file}"'} for file in sorted(pages)))
    write({"page": '"toutes"'})
    told = {job.file for job in jobs.of(None) if job.page.corrections}
    # The annex puts it under its own title.
    assert told == pages - {"annexe-appel-a-projets.html"}
    assert corrections.of("annexe-appel-a-projets.html")


@pytest.mark.acceptance
def test_the_annex_says_it_in_both_its_forms():
    write({"page": '"annexe-appel-a-projets.html"'})
    pages = made("annexe-appel-a-projets.html", "annexe-appel-a-projets.docx")
    assert block("annexe-appel-a-projets.html")[0] == TOLD
    assert TOLD in reading.word(io.BytesIO(pages["annexe-appel-a-projets.docx"]))


TODAY = date.today()
FAULTY = {
    "page inconnue": ({"page": '"syntese.html"'}, "la page « syntese.html » n'existe pas. "
                      "Voulez-vous dire « synthese.html » ?"),
    "code inconnu": ({"page": '"QP045099"'}, "Voulez-vous dire « QP0450"),
    "document Word": ({"page": '"annexe-appel-a-projets.docx"'}, "« annexe-appel-a-projets.html »"),
    "chemin": ({"page": '"../index.html"'}, "« ../index.html » n'existe pas"),
    "indicateur": ({"indicator": '"taux_pauvret"'}, "Voulez-vous dire « taux_pauvrete » ?"),
    "à venir": ({"date": f"{TODAY + timedelta(1)}"}, "dans le futur"),
    "avant l'erreur": ({"date": "2026-01-14"}, "since 15/01/2026 est après la correction"),
    "heure": ({"date": '"hier"'}, "champ « date » : 'hier' refusé, attendu : une date"),
    "vide": ({"right": '" "'}, "right : vide"),
    "long": ({"wrong": f'"{"a" * 121}"'}, "wrong : 121 caractères, 120 au plus"),
    "nom": ({"right": '"voir Marie Exemple"'}, "peut-être un nom"),
    "téléphone": ({"right": '"appeler le 06 12 34 56 78"'}, "numéro de téléphone"),
    "signe": ({"right": '"a\\u0007"'}, "caractère de contrôle"),
    "champ de trop": ({"pages": '"index.html"'}, "champ « pages » inconnu, voulez-vous dire"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_correction_is_refused_with_its_place(case):
    changed, told = FAULTY[case]
    write({}, changed)
    with pytest.raises(Faults) as refused:
        corrections.read()
    assert plain(str(refused.value)).startswith("1 défaut dans les corrections")
    assert "corrections.toml, correction 2" in str(refused.value)
    assert told in plain(str(refused.value))
    assert len(readiness.declared_faults()) == 1


HOSTILE = {
    "[[correction]]\n": "champ « date » absent", "[[corrections]]\n": "« corrections » n'existe",
    "[correction]\n": "s'ouvre par [[correction]]", "correction = 3\n": "[[correction]]",
    "[[correction\n": "ce n'est pas du TOML", "x=" + "[" * 9000: "ce n'est pas du TOML",
    "\x00": "ce n'est pas du TOML", b"\xe9": "pas en UTF-8",
}  # fmt: skip


@pytest.mark.parametrize(("content", "told"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_a_hostile_file_is_refused_without_a_traceback(content, told):
    raw = content if isinstance(content, bytes) else content.encode()
    current().corrections.write_bytes(raw)
    forget()
    with pytest.raises(Faults) as refused:
        corrections.read()
    assert told in plain(str(refused.value))


def test_a_signed_page_that_is_corrected_is_a_draft_again_and_says_why():
    framed(SOURCE.page)
    signatures.sign(current().reports, SOURCE.page, "validated", "Sous-préfète")

    def head():
        framed(SOURCE.page)
        return text(Page(current().reports / SOURCE.page).root.xpath("//*[@data-state]")[0])

    assert head().startswith("Validé le")
    write({"page": '"QP045015"', "date": f"{TODAY}"})
    assert head().startswith("Validé le")  # another's: the page is what was signed
    write({"date": f"{TODAY}"})
    assert head() == f"PROJET, corrigé depuis la signature du {TODAY:%d/%m/%Y}"
    signatures.sign(current().reports, SOURCE.page, "validated", "Sous-préfète")
    assert head().startswith("Validé le")


def test_a_run_that_had_nothing_to_do_has_once_a_correction_is_written():
    before = states.everything(), states.signature()
    write({})
    assert all(new != old for new, old in zip((states.everything(), states.signature()), before,
                                              strict=True))  # fmt: skip
