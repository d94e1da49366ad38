"""The ``qpv`` command as typed: its mistakes, its answers."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from qpvlib import __version__
from qpvlib.catalogue import catalogue
from qpvlib.cli import main
from qpvlib.project import current

HEAVY = ("pandas", "numpy", "matplotlib", "geopandas", "papermill", "nbconvert", "ipykernel",
         "jupyter_client", "pandera", "pooch")  # fmt: skip


def qpv(*words):
    return CliRunner().invoke(main, list(words))


MISTAKES = [
    (["report", "QP045099"], "« QP045099 » n'existe pas. Voulez-vous dire QP0450"),
    (["report", "QP045010", "QN04599X"], "« QN04599X » n'existe pas."),
    (["compare", "QP045010", "QP045099"], "« QP045099 » n'existe pas. Voulez-vous dire QP0450"),
    (["compare", "QP045010", "QN04505M"], "sont le même quartier : il en faut deux."),
    (["compare", "QP045010", "QP02A001"], "est du département 2A, et les tables sont de : 45."),
    (["report", "QN02801M"], "est du département 28, et les tables sont de : 45."),
    (["compare", "QP045010"], "Il manque CODE."),
    (["explain", "taux_pauvret"], "n'existe pas. Voulez-vous dire « taux_pauvrete »"),
    (["fetch", "insee_dem"], "« insee_dem » n'existe pas. Voulez-vous dire « insee_demo »"),
    (["raport"], "« raport » n'existe pas. Voulez-vous dire « report »"),
    (["report", "--job", "2"], "« --job » n'existe pas. Voulez-vous dire --jobs ?"),
    (["--versoin"], "« --versoin » n'existe pas. Voulez-vous dire --version ?"),
    (["report", "--jobs", "0"], "Valeur refusée pour --jobs : un entier, 1 au moins."),
    (["report", "--jobs", "deux"], "Valeur refusée pour --jobs"),
    (["report", "--jobs", "2", "--scheduler", "tcp://a:1"], "--jobs et --scheduler ne vont pas"),
    (["try"], "Il manque INDICATEUR."),
    (["build", "--raw", ".", "--only", "c2s", "--departement", "45"], "--only garde les quartiers"),
    (["build", "--raw"], "L'option --raw attend une valeur."),
    (["build", "--raw", "nulle-part"], "Le dossier « nulle-part » n'existe pas."),
    (["build", "--raw", "README.md"], "« README.md » n'est pas un dossier."),
    (["build", "--raw", ".", "--departement", "2C"], "« 2C » n'existe pas."),
    (["check", "--raw", "nulle-part"], "Le dossier « nulle-part » n'existe pas."),
    (["check", "nulle-part"], "Le dossier « nulle-part » n'existe pas."),
    (["publish"], "Il manque DEST."),
    (["publish", "a", "--accept-failures", "x"], "Valeur refusée pour --accept-failures"),
    (["explain"], "l manque un indicateur."),
    (["list", "45"], "En trop : 45."),
    (["where"], "Il manque LON LAT | FICHIER.csv."),
    (["where", "1.9", "47.9", "3"], "En trop : 3."),
    (["where", "nulle-part.csv"], "Le fichier « nulle-part.csv » n'existe pas. Un point : qpv"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), MISTAKES, ids=[" ".join(w) for w, _ in MISTAKES])
def test_a_mistake_is_told_in_french_with_exit_code_2(monkeypatch, words, said):
    monkeypatch.chdir(current().root)
    result = qpv(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Erreur : ")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", [w for w, _ in MISTAKES[:12]], ids=" ".join)
def test_a_mistake_is_told_before_anything_heavy_and_writes_nothing(tmp_path, words):
    program = (
        "import sys, json, atexit\n"
        f"atexit.register(lambda: print(json.dumps([m for m in {HEAVY} if m in sys.modules])))\n"
        "from qpvlib.cli import main\n"
        f"main({words!r})\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 2
    assert json.loads(result.stdout) == []
    assert list(tmp_path.iterdir()) == []


def test_version():
    assert qpv("--version").output == f"qpv {__version__}\n"


def test_help_is_in_french_and_names_every_command():
    told = qpv("--help").output
    assert qpv().output == told
    verbs = (
        "build",
        "check",
        "compare",
        "explain",
        "fetch",
        "list",
        "publish",
        "report",
        "try",
        "where",
    )
    for name in verbs:
        assert f"  {name} " in told
        help_of = qpv(name, "--help").output
        assert "Usage : qpv" in help_of or "Usage : main" in help_of
        assert "Show this message" not in help_of


def test_list_names_each_neighbourhood_with_both_codes_and_its_communes():
    lines = qpv("list").output.splitlines()
    assert len(lines) == 19
    assert lines[9].split() == ["QP045010", "QN04505M", "La", "Source", "(Orléans)"]


def test_explain_says_what_an_indicator_is():
    told = qpv("explain", "taux_pauvrete").output.replace("\u202f", " ")
    it = catalogue().indicators["taux_pauvrete"]
    for words in (it.label, it.definition, it.caution, it.noise.reason, "insee_revn"):
        assert words in told
    assert "4,8 points (0 à 2 499 habitants, 763 quartiers)" in told
    assert "- 2018 (édition 2018, année vérifiée) : 19 quartiers sur 19 ; médiane" in told
    assert "Insee-DGFiP-Cnaf-Cnav-CCMSA, Filosofi" in told


@pytest.mark.parametrize("code", catalogue().indicators)
def test_every_indicator_is_explained(code):
    result = qpv("explain", code)
    assert result.exit_code == 0
    assert "Années :\n- " in result.output
    assert "nan" not in result.output
    declared = catalogue().indicators[code].noise.years
    (noise,) = (line for line in result.output.splitlines() if line.startswith("Bruit : "))
    assert noise.startswith("Bruit : non mesuré. ") == (not declared)
    # Three sizes and all together: one quantity, one pair of years.
    assert noise.count(" quartiers)") <= 4


def typed(folder, *words):
    """The command in a process of its own, with other tables."""
    return subprocess.run(
        [sys.executable, "-c", "from qpvlib.cli import main; main()", *words],
        env=os.environ | {"QPV_TIDY": str(folder)},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("words", [["list"], ["report", "QP045010"], ["explain", "taux_pauvrete"]])
def test_tables_that_are_not_there_are_told(tmp_path, words):
    result = typed(tmp_path, *words)
    assert result.returncode == 1
    assert "absente. La construire : qpv build --raw DOSSIER" in result.stderr.decode()


def test_a_spoilt_table_is_told_without_a_traceback(tmp_path):
    (tmp_path / "areas.csv").write_bytes(b"area,level\n\xe9,1\n")
    result = typed(tmp_path, "list")
    assert result.returncode == 1
    assert "areas.csv abîmée. Voir : qpv check" in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()
