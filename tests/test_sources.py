"""Where the producers' files are, and whether they are those that were recorded."""

import hashlib

import pytest

from qpvlib.catalogue import QpvError, catalogue
from qpvlib.tables import sources, writing

IPS = "education/ips_colleges.csv"


@pytest.fixture
def registry(tmp_path, monkeypatch, opened):
    """A registry of our own, never the project's; its folder stands for the catalogue's."""
    known = catalogue()
    monkeypatch.setattr(sources, "catalogue", lambda: known)
    return opened(root=tmp_path).catalogue / "registry.csv"


def received(raw, content=b"a;b\n1;2\n"):
    place = raw / IPS
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def test_every_file_of_the_catalogue_is_recorded():
    known = [source for source in catalogue().sources.values() if not source.if_there]
    named = {path for source in known for path in sources.files(source)}
    assert set(sources.registry()) == named


def test_a_checksum_is_that_of_the_bytes(tmp_path):
    assert sources.sha256(received(tmp_path)) == hashlib.sha256(b"a;b\n1;2\n").hexdigest()


@pytest.mark.parametrize(
    ("recorded", "content", "expected"),
    [
        (True, b"same", "same"),
        (True, b"other", "different"),
        (False, b"same", "unrecorded"),
        (True, None, "missing"),
    ],
)
def test_state_of_a_file(tmp_path, registry, recorded, content, expected):
    place = received(tmp_path / "raw", b"same")
    if recorded:
        sources.record(tmp_path / "raw", only=[IPS])
    place.unlink() if content is None else place.write_bytes(content)
    found = {path: state for _, path, state in sources.states(tmp_path / "raw")}
    assert found[IPS] == expected
    assert set(found.values()) == {expected, "missing"}


def test_recording_one_file_keeps_the_others(tmp_path, registry):
    registry.parent.mkdir(parents=True)
    registry.write_text("path,sha256\nz.csv,1234\n", encoding="utf-8")
    received(tmp_path / "raw", b"same")
    sources.record(tmp_path / "raw", only=[IPS])
    digest = hashlib.sha256(b"same").hexdigest()
    assert registry.read_text("utf-8") == f"path,sha256\n{IPS},{digest}\nz.csv,1234\n"
    assert [path.name for path in registry.parent.iterdir()] == ["registry.csv"]


@pytest.mark.parametrize("content", [b"chemin;empreinte\n", b"path,sha256\n\xe9,1\n"])
def test_a_spoilt_registry_is_told(registry, content):
    registry.parent.mkdir(parents=True)
    registry.write_bytes(content)
    if content.startswith(b"chemin"):
        registry.write_bytes(content + b"a;b\n")
    with pytest.raises(QpvError, match=r"registry\.csv illisible"):
        sources.registry()


def test_a_file_without_address_says_where_to_get_it_and_where_to_put_it(tmp_path):
    source = catalogue().sources["insee_demo"]
    told = sources.where_to_get(source, source.files[0].path, tmp_path)
    assert source.page in told
    assert "data_DEMO_<édition>_V1_QP.csv" in told
    assert str(tmp_path / source.files[0].path) in told


def test_files_put_in_place_are_all_there_or_none(tmp_path, monkeypatch):
    work, folder = tmp_path / "work", tmp_path / "folder"
    for place, text in ((work, "new"), (folder, "old")):
        place.mkdir()
        for name in ("a", "b"):
            (place / name).write_text(text)
    (work / "b").unlink()  # the second one fails
    with pytest.raises(FileNotFoundError):
        writing.put(work, folder, ["a", "b"])
    assert [(folder / name).read_text() for name in ("a", "b")] == ["old", "old"]
