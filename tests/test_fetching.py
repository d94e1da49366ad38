"""``qpv fetch`` against a real server on this machine, on invented files."""

import re
import socket
import threading
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler

import pytest
import raw
from click.testing import CliRunner
from raw import swap

from qpvlib.cli import main
from qpvlib.project import HERE, current
from qpvlib.tables import sources

IPS = "education/ips_colleges.csv"
DEMO = "insee/qpv_thematique/DEMO_2022.csv"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def server(tmp_path):
    """A server, and the folder that it serves."""
    folder = tmp_path / "served"
    folder.mkdir()
    with HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder, running.server_port
        running.shutdown()
        thread.join()


@pytest.fixture
def files(tmp_path, server, monkeypatch, opened):
    """A tiny project where one file has an address, recorded and then taken away."""
    folder, port = server
    here = f'url = "http://127.0.0.1:{port}/ips.csv"'
    made = raw.make(tmp_path, lambda text: re.sub(r'url = "[^"]*fr-en-ips-[^"]*"', here, text))
    opened(made.project)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    sources.record(made.raw)
    (made.raw / IPS).rename(folder / "ips.csv")
    return made


def fetch(files, *options):
    return CliRunner().invoke(main, ["fetch", "depp_ips", "--raw", str(files.raw), *options])


def serve(server, change):
    place = server[0] / "ips.csv"
    text = place.read_text("utf-8")
    assert change(text) != text
    place.write_text(change(text), "utf-8", newline="")


def recorded(files):
    return (files.catalogue / "registry.csv").read_text("utf-8")


def test_the_file_recorded_is_received(files, server):
    result = fetch(files)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "reçu, identique à celui enregistré" in result.stdout
    assert (files.raw / IPS).read_bytes() == (server[0] / "ips.csv").read_bytes()
    assert "déjà là" in fetch(files).stdout


def test_a_different_sound_file_is_kept_on_request_only(files, server):
    serve(server, swap("1200", "1300"))
    before = files.state()
    result = fetch(files)
    assert result.exit_code == 1
    assert "différent de celui enregistré ; son contenu est bon" in result.stdout
    assert "qpv fetch depp_ips --accept" in result.stdout
    assert files.state() == before

    accepted = fetch(files, "--accept")
    assert accepted.exit_code == 0
    assert "accepté, et son empreinte enregistrée" in accepted.stdout
    assert (files.raw / IPS).read_bytes() == (server[0] / "ips.csv").read_bytes()
    assert f"{IPS},{sources.sha256(files.raw / IPS)}\n" in recorded(files)
    assert "déjà là, identique" in fetch(files).stdout


def test_the_file_in_place_stays_when_another_is_published(files, server):
    fetch(files)
    serve(server, swap("1200", "1300"))
    before = files.state()
    result = fetch(files, "--again")
    assert result.exit_code == 1
    assert "Le fichier en place n'a pas changé." in result.stdout
    assert files.state() == before
    assert fetch(files, "--again", "--accept").exit_code == 0
    assert b"1300" in (files.raw / IPS).read_bytes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (swap(",ips", ",IPS1"), ["ligne 1, colonne « ips »", "« IPS1 »"]),
        (swap("0459002B", "459002B"), ["ligne 3, colonne « uai »", "« 0459002B »"]),
        (lambda text: "<html>Erreur 500</html>", ["c'est une page web"]),
        (lambda text: text[:-8], ["ligne 4", "coupée"]),
    ],
)
@pytest.mark.parametrize("option", [[], ["--accept"]])
def test_an_unsound_file_is_refused_even_on_request(files, server, change, said, option):
    serve(server, change)
    before = files.state()
    result = fetch(files, *option)
    assert result.exit_code == 1
    assert "son contenu est refusé" in result.stdout
    assert [words for words in [IPS, *said] if words not in result.stdout] == []
    assert files.state() == before


def test_a_file_put_by_hand_is_judged_and_accepted_on_request(files):
    files.edit(DEMO, swap("27,5", "27,6"))
    options = ["fetch", "insee_demo", "--raw", str(files.raw)]
    refused = CliRunner().invoke(main, options)
    assert refused.exit_code == 1
    assert f"{DEMO} : trouvé, différent de celui enregistré ; son contenu est bon" in refused.stdout
    assert CliRunner().invoke(main, [*options, "--accept"]).exit_code == 0
    assert CliRunner().invoke(main, options).exit_code == 0


def test_a_spoilt_file_put_by_hand_is_refused(files):
    files.edit(DEMO, swap("27,5", "27.5"))
    before = files.state()
    options = ["fetch", "insee_demo", "--raw", str(files.raw), "--accept"]
    result = CliRunner().invoke(main, options)
    assert result.exit_code == 1
    assert f"Fichier {DEMO}, ligne 9, colonne « TX_F »" in result.stdout
    assert files.state() == before


def test_a_file_without_address_says_where_to_get_it_and_where_to_put_it(files):
    (files.raw / DEMO).unlink()
    result = CliRunner().invoke(main, ["fetch", "insee_demo", "--raw", str(files.raw)])
    assert result.exit_code == 1
    assert f"{DEMO} : pas d'adresse directe. À prendre sur https://www.insee.fr" in result.stdout
    assert str(files.raw / DEMO) in result.stdout


@pytest.mark.parametrize("before", ["absent", "there"])
def test_a_server_without_the_file(files, server, before):
    if before == "there":
        fetch(files)
    (server[0] / "ips.csv").unlink()
    state = files.state()
    result = fetch(files, "--again")
    assert result.exit_code == 1
    assert "répond par l'erreur 404" in result.stdout
    assert ("Le fichier en place n'a pas changé." in result.stdout) == (before == "there")
    assert files.state() == state


def test_a_server_that_is_down(tmp_path, monkeypatch, opened):
    with socket.socket() as free:  # a port that nobody listens to
        free.bind(("127.0.0.1", 0))
        here = f'url = "http://127.0.0.1:{free.getsockname()[1]}/ips.csv"'
    files = raw.make(tmp_path, lambda text: re.sub(r'url = "[^"]*fr-en-ips-[^"]*"', here, text))
    opened(files.project)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    (files.raw / IPS).unlink()
    before = files.state()
    result = fetch(files)
    assert result.exit_code == 1
    assert "est injoignable (réseau coupé" in result.stdout
    assert "Traceback" not in result.output
    assert files.state() == before


def test_the_projects_registry_is_left_alone(files):
    assert current().catalogue == files.catalogue != HERE / "data" / "catalogue"
    fetch(files, "--accept")
    assert "Loiret" not in recorded(files)
