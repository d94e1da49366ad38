"""What a newcomer installs is what we declare; the house is as its map says."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from fences import documents
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
CORE = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["build"]
LOCKS = {
    "reports": CORE,
    "lab": CORE + EXTRAS["lab"],
    "dev": CORE + [line for extra in EXTRAS.values() for line in extra],
}
HOME = re.compile(r"(?<![\w.])(?:/(?:home|Users|root)/\w|[A-Z]:\\+Users\\+\w)")


def bounds(lines):
    """Version specifier by package name."""
    requirements = map(Requirement, lines)
    return {r.name.lower(): r.specifier for r in requirements}


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def locked(name):
    """Versions by package name; the environment marker may give a package several."""
    versions = {}
    for package, version in re.findall(
        r"^([\w.-]+)==([^\s;\\]+)", text(f"requirements/{name}.txt"), re.M
    ):
        versions.setdefault(package, set()).add(Version(version))
    return versions


def tracked(*patterns):
    """Files that git knows; without git, the test is skipped."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", *patterns]
    try:
        listing = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("les fichiers suivis se lisent dans un dépôt git")
    names = filter(None, listing.decode().split("\0"))
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def verbs():
    """Documented verbs of the Makefile."""
    return set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.M))


def test_conda_and_pip_install_the_same():
    listed = yaml.safe_load(text("environment.yml"))["dependencies"]
    conda = bounds(line for line in listed if isinstance(line, str) and line != "pip")
    python = {"python": bounds([f"python{PROJECT['project']['requires-python']}"])["python"]}
    assert conda == python | bounds(PROJECT["project"]["dependencies"] + EXTRAS["lab"])


def test_every_dependency_is_bounded_on_both_sides():
    specifiers = bounds(LOCKS["dev"])
    unbounded = [n for n, s in specifiers.items() if {o.operator for o in s} != {">=", "<"}]
    assert unbounded == []


def test_setuptools_is_locked_as_it_builds():
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]


@pytest.mark.parametrize("name", LOCKS)
def test_locked_versions_keep_to_the_bounds(name):
    versions = locked(name)
    outside = {
        package: versions.get(package)
        for package, allowed in bounds(LOCKS[name]).items()
        if not versions.get(package) or any(v not in allowed for v in versions[package])
    }
    assert outside == {}


@pytest.mark.parametrize("name", LOCKS)
def test_locked_files_are_hashed_and_name_no_address(name):
    content = text(f"requirements/{name}.txt")
    entries = re.split(r"\n(?=\S)", content.strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    addresses = r"https?:|://|--(?:extra-)?index[-]url|--find[-]links|file:| @ "
    assert re.findall(addresses, content) == []


def test_the_checker_of_html_is_hashed_too_and_names_no_address():
    wanted = json.loads(text("requirements/nu/package.json"))["dependencies"]
    held = json.loads(text("requirements/nu/package-lock.json"))["packages"]
    named = {name.removeprefix("node_modules/"): one for name, one in held.items() if name}
    assert {name: one["version"] for name, one in named.items()} == wanted
    assert all(one["integrity"] and "resolved" not in one for one in named.values())


def test_a_package_has_one_version_in_all_locks():
    everything = locked("dev")
    for name in ("reports", "lab"):
        assert locked(name).items() <= everything.items()


def test_no_tracked_file_names_a_home_directory():
    found = []
    for path in tracked():
        content = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.name}: {hit}" for hit in HOME.findall(content)]
    assert found == []


def test_documents_name_only_verbs_that_exist():
    for page in documents(ROOT):
        named = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", text(page), re.M))
        assert named - verbs() == set(), page


def test_each_verb_says_what_it_does():
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.M)[1].split()
    assert verbs() == set(phony)


def test_notebooks_are_committed_without_outputs():
    full = []
    for path in tracked("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        if any(cell.get("outputs") or cell.get("execution_count") for cell in cells):
            full.append(path.name)
    assert full == []


# --- the map of the house ------------------------------------------------------------------------

LIBRARY = ROOT / "qpvlib"
(MAP,) = (
    contract
    for contract in PROJECT["tool"]["importlinter"]["contracts"]
    if contract["type"] == "layers" and contract["containers"] == ["qpvlib"]
)
ROOMS = sorted(path.parent.name for path in LIBRARY.glob("*/__init__.py"))
LONGEST = 350


def test_the_map_has_every_room_and_no_other():
    assert MAP["exhaustive"] is True
    outside = {path.stem for path in LIBRARY.glob("*.py")} - {"__init__"}
    assert outside == {"project"}
    assert sorted(MAP["layers"]) == sorted([*ROOMS, *outside])
    assert not {"ignore_imports", "exhaustive_ignores"} & set(MAP)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_in_three_to_five_lines_what_it_is(room):
    said = ast.get_docstring(ast.parse(text(f"qpvlib/{room}/__init__.py")))
    assert 3 <= len(said.splitlines()) <= 5


def test_no_module_is_long():
    lines = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in LIBRARY.rglob("*.py")
    }
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}
