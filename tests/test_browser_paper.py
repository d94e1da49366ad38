"""The pages as Chromium prints them: no small letter, no title left at the foot of a sheet."""

import pytest
from browsing import opened
from paper import alone, letters, sheets

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("wide", [False, pytest.param(True, marks=pytest.mark.acceptance)])
def test_no_letter_is_small_and_no_title_is_alone_at_the_foot_of_a_sheet(shown, chromium, wide):
    tab = chromium.new_page()
    for name, path in shown.items():
        tab.goto(path.as_uri())
        opened(tab, wide)
        printed = sheets(tab)
        pieces = [piece for sheet in printed for piece in letters(sheet)]
        assert len(pieces) > 20, name
        assert [piece for piece in pieces if piece[0] < 6.48] == [], name
        assert alone(tab, printed) == [], name
    tab.close()
