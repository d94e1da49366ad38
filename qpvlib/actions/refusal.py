"""A file that is not imported: its faults told once each, few on screen, all in the page."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qpvlib.catalogue.faults import Fault, Faults, counted

SHOWN = 40  # faults on screen; the HTML page has them all
ALIKE = 3  # values named one by one before « et … autres »


def refused(faults: Iterable[Fault]) -> Faults:
    """A file that is not imported: every fault; the register has not changed."""
    every = _grouped(faults)
    short = _shortened(every)
    told = list(map(str, short[:SHOWN]))
    rest = len(short) - SHOWN
    if rest > 0:
        told.append(f"et {rest} autre{'s' if rest > 1 else ''}, dans la page du contrôle.")
    number = counted(len(every), "défaut")
    return Faults(f"{number} ; rien n'est importé, le registre n'a pas changé.", every, told)


def _grouped(faults: Iterable[Fault]) -> list[Fault]:
    """Faults told once for all the lines that share them, structure first, then by line."""
    groups: dict[Fault, list[int]] = {}
    for fault in faults:
        lines = groups.setdefault(replace(fault, line=None, others=()), [])
        lines += [fault.line, *fault.others] if fault.line else []
    told = [one for fault, lines in groups.items() for one in fault.on(lines) or [fault]]
    return sorted(told, key=lambda fault: (fault.kind == "row", fault.line or 0))


def _shortened(faults: Sequence[Fault]) -> list[Fault]:
    """For the screen: the many values that a column gets wrong in one way are one line."""
    groups: dict[Fault, list[Fault]] = {}
    for fault in faults:
        groups.setdefault(replace(fault, found="", line=None, others=()), []).append(fault)
    return [one for alike in groups.values() for one in _together(alike)]


def _together(alike: list[Fault]) -> list[Fault]:
    if len(alike) <= ALIKE:
        return alike
    lines = sorted(line for fault in alike for line in (fault.line or 0, *fault.others))
    values = ", ".join(fault.found for fault in alike[:ALIKE])
    found = f"{values} et {counted(len(alike) - ALIKE, 'autre')}"
    return replace(alike[0], found=found).on(lines)
