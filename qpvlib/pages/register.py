"""Pieces shared by the pages of the register: the banner of invented data, the top, days, runs."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.document.blocks import Banner, Content, Masthead
from qpvlib.pages.cells import say


def banner(actions: pd.DataFrame) -> Content:
    """« Données fictives », where nobody can miss it; nothing for a real register."""
    return invented() if actions.fictitious.any() else ""


def invented() -> Banner:
    """The banner of invented data."""
    return Banner(say("register", "banner"), say("register", "banner_why"))


def opening(actions: pd.DataFrame, title: str, over: str) -> Content:
    """Top of a page of the register."""
    told = say("register", "invented", over=over) if actions.fictitious.any() else over
    return banner(actions), Masthead(catalogue().territory["office"], title, told)


def day(when: date) -> str:
    """« 1er juil. 2021 ».

    >>> day(date(2021, 7, 1))
    '1er juil. 2021'
    """
    return say("register", "day", day=ordinal(when), month=month(when), year=when.year)


def ordinal(when: date) -> str:
    """Its day of the month: « 1er », « 2 »."""
    return say("register", "first") if when.day == 1 else str(when.day)


def month(when: date) -> str:
    """Its month, shortened."""
    return say("register", "months").split()[when.month - 1]


def runs(numbers: Sequence[int]) -> str:
    """Increasing numbers, those that follow each other as a range.

    >>> runs([2, 3, 4, 7]), runs([5])
    ('2 à 4 et 7', '5')
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    return wording.listed([
        str(first) if not more else say("register", "run", first=first, last=more[-1])
        for first, *more in found
    ])  # fmt: skip


def heads(*keys: str) -> tuple[str, ...]:
    """Headers of columns that several tables have."""
    return tuple(say("register", key) for key in keys)
