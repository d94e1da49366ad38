"""Every page is valid HTML, as the Nu checker of the W3C reads it (« make nu » installs it)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import DIAGNOSTICS, TERRITORY

JAR = Path(__file__).parents[1] / "build/nu/node_modules/vnu-jar/build/dist/vnu.jar"
KNOWN = (
    # It takes « data: » in « img-src » for an address: browsers, where pages are opened, do not.
    "Resource violates Content Security Policy (meta tag): image “data:",
    # A property of SVG, which style sheets may hold.
    "CSS: “vector-effect”: Property “vector-effect” doesn't exist.",
    # A piece of advice: test 1.9.1 of the RGAA asks for that role.
    "The “figure” role is unnecessary for element “figure”.",
    # A property of the drawings (SVG 2), which its style sheets do not know.
    "CSS: “vector-effect”: Property “vector-effect” doesn't exist.",
)


@pytest.fixture(scope="module")
def nu():
    """What the checker says of some pages; its absence is a failure in CI, a skip elsewhere."""
    if shutil.which("java") is None or not JAR.exists():
        reason = "Java ou Nu est absent (« make nu ») : le HTML des pages n'a pas été vérifié"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)

    def said(paths):
        command = ["java", "-Xss8m", "-XX:TieredStopAtLevel=1", "-jar", JAR]
        done = subprocess.run([*command, "--format", "json", *paths], capture_output=True)
        messages = json.loads(done.stderr)["messages"]
        found = (f"{Path(m['url']).name} : {m['message']} {m.get('extract', '')}" for m in messages)
        return [fault for fault in found if not any(known in fault for known in KNOWN)]

    return said


def test_one_page_of_each_kind_is_valid(pages, nu):
    assert nu(pages[name] for name in (*TERRITORY, *DIAGNOSTICS)) == []


@pytest.mark.acceptance
def test_every_page_is_valid(pages, built, nu):
    assert nu([*pages.values(), *built]) == []


def test_a_fault_is_told(pages, nu, tmp_path):
    broken = tmp_path / "page.html"
    text = pages["index"].read_text("utf-8")
    broken.write_text(text.replace("<tbody><tr", '<tbody><tr role="row"', 1), "utf-8")
    assert "page.html : The “role” attribute must not be used on a “tr”" in nu([broken])[0]
