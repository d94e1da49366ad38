"""Names of columns that say the same otherwise: another case, an accent, a suffix, a new word."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

from qpvlib.catalogue.faults import NEAR

OFFERED = 3
# Codes that French files are keyed by, by what they are codes of.
KEYS = {
    "quartier prioritaire de 2015": r"QP(\d{3}|02[AB])\d{3}",
    "quartier prioritaire de 2024": r"QN(\d{3}|02[AB])\d{2}[A-Z]",
    "commune": r"(\d{5}|2[AB]\d{3})",
    "établissement scolaire (UAI)": r"(\d{3}|2[AB]\d|\d{2}[AB])\d{4}[A-Z]",
    "département ou région": r"\d{2}|2[AB]|97\d",
}
_SURE = 0.9  # of the cells that hold something, those that have the form of the code


def bare(name: str) -> str:
    """A name without what tools change in it: case, accents, quotes, spaces, punctuation.

    >>> bare('\\ufeff"Taux d’emploi_19"'), bare("POP MUN ")
    ('tauxdemploi19', 'popmun')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def nearest(name: str, found: Iterable[str], tail: str = "") -> list[str]:
    """Headers of a file that may be a declared column under another name, the likeliest first.

    The same but for case, accents and punctuation; with an edition, a prefix or a suffix more; with
    one word of several changed; or spelt nearly so.

    Parameters
    ----------
    name : str
        The column as it should be.
    found : iterable of str
        Headers that no declared column has.
    tail : str
        What the edition adds to its names.

    Examples
    --------
    >>> nearest("TX_TOT_EDLIM", ["TX_F_AUTRE", "tx_tot_eprec", "NB"])
    ['tx_tot_eprec']
    >>> nearest("POP_MUN", ["pop mun 2023", "QP_POP_MUN", "ZONE"])
    ['pop mun 2023', 'QP_POP_MUN']
    """
    ranked = [(_distance(name, header, tail), header) for header in found if bare(header)]
    best = sorted(pair for pair in ranked if pair[0] is not None)
    # One that is the same but for its writing leaves no doubt on the others.
    return [header for rank, header in best if rank == best[0][0] or best[0][0] > 0][:OFFERED]


def _distance(name: str, header: str, tail: str) -> float | None:
    """How far a header is from a name: 0 the same, None too far to be offered."""
    wanted, given = bare(name), bare(header)
    if given in (wanted, wanted + tail, wanted.removesuffix(tail) if tail else wanted):
        return 0
    if re.fullmatch(rf"\d*{re.escape(wanted)}((19|20)?\d\d)?", given):
        return 1
    if len(wanted) > 3 and (given.startswith(wanted) or given.endswith(wanted)):
        return 2
    ratio = difflib.SequenceMatcher(None, wanted, given).ratio()
    if _one_word_changed(name, header):
        return 4 - ratio
    return 6 - ratio if ratio >= _alike(wanted) else None


def _one_word_changed(name: str, header: str) -> bool:
    """TX_TOT_EPREC, which became TX_TOT_EDLIM: as many words, three at least, and one is new."""
    one, other = (re.split(r"[^a-z0-9]+", text.lower()) for text in (name, header))
    differ = [a != b for a, b in zip(one, other, strict=False)]
    return len(one) == len(other) > 2 and sum(differ) == 1 and differ[-1]


def _alike(wanted: str) -> float:
    """Short names differ by one letter and mean something else."""
    return 0.85 if len(wanted) < 5 else max(NEAR, 0.75)


def keyed(columns: dict[str, Sequence[object]], pattern: str) -> list[str]:
    """Columns whose cells are nearly all codes of a form, and how many are.

    >>> keyed({"nom": ["Gien"], "qp": ["QP045016", ""]}, r"QP\\d{6}")
    ['qp']
    """
    found = []
    for name, cells in columns.items():
        filled = [text for cell in cells if (text := str(cell).strip())]
        good = sum(bool(re.fullmatch(pattern, text)) for text in filled)
        if filled and good >= _SURE * len(filled):
            found.append(name)
    return found
