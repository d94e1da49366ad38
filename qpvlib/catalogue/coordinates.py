"""Coordinates of a person in a text: telephone, e-mail, NIR, date of birth, however written."""

import html
import re
import unicodedata
from collections.abc import Iterator
from datetime import date

PHONE, MAIL = "un numéro de téléphone", "une adresse électronique"
NIR, BIRTH = "un numéro de sécurité sociale", "une date de naissance"
FIRST_ACTION = 2014  # the register has no action before: an older full date is someone's
LATEST = 2040

# Up to four signs may stand between two digits: a space, a dot, a dash, brackets…
_S = r"[ \t\n.,;:/\\|_()\[\]{}*+~·•'\"’=<>«»-]{0,4}"
_START = r"(?<![^\W_])(?<!\d[.,])"  # neither inside a word or a code, nor the decimals of a number
_PHONES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}(?:0{_S})?(?:0{_S})?3{_S}3{_S}(?:0{_S})?[1-9](?:{_S}\d){{8}}(?!\d)",
        rf"{_START}0{_S}[1-9](?:{_S}\d){{8}}(?!\d)",
        rf"(?:\+|{_START}0{_S}0){_S}[1-9](?:{_S}\d){{8,13}}(?!\d)",
        rf"(?i:tel|tél|port|mob|fixe){_S}0{_S}[1-9](?:{_S}\d){{8}}(?!\d)",
    )
)
# What a spreadsheet leaves of a mobile telephone: its first zero is lost.
_LOST = re.compile(rf"{_START}[67]\d{{8}}(?!\d)(?![.,]\d)")
_NIR = re.compile(
    rf"{_START}[1278](?:{_S}\d){{2}}{_S}(?:0{_S}[1-9]|1{_S}[0-2]|[2-9]{_S}\d)"
    rf"{_S}(?:\d{_S}\d|2{_S}[AaBb])(?:{_S}\d){{6}}(?:(?:{_S}\d){{2}})?(?!\d)"
)
_DATE = re.compile(
    r"(?<![\d/.-])(?:(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)"
    r"(?P<y>\d{4}|\d\d(?![\W_]{1,4}\d\d[\W_]{0,4}\d\d(?!\d)))(?!(?P=s)?\d)"
    r"|(?P<Y>\d{4})(?P<S>[/.-])(?P<M>\d{1,2})(?P=S)(?P<D>\d{1,2})(?!(?P=S)?\d))"
)
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3]) ?[:hH] ?[0-5]\d(?:[:.][\d.]+)?(?![:\d])")
_BORN = re.compile(
    r"(?i)(?<!\w)(?:(?:n[ée]|n[ée]e|n[ée]\W?\(?e\)?)s? +(?:le|en|à|a) +\w*\W{0,3}\d|"
    r"(?:date|année|lieu|jour) de naissance\W*\w|naissance\W{1,4}\d|ddn\W{0,4}\d|né\(e\) le)"
)
_AT = r"(?:@|[\[({<*_-] ?(?:at|arobase?|a|à|chez|@) ?[\])}>*_-]|(?<=\s)(?:arobase?|at)(?=\s))"
_DOT = r"(?:\.|[\[({<*_-] ?(?:dot|point|\.) ?[\])}>*_-]|(?<=\s)(?:point|dot)(?=\s))"
_MAILS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"[\w.+-]@[\w-]",  # written as it is, whole or cut
        rf"\w\s{{0,3}}{_AT}\s{{0,3}}[\w-]+(?:\s{{0,2}}{_DOT}\s{{0,2}}[\w-]+)*"
        rf"\s{{0,2}}{_DOT}\s{{0,2}}[a-z]{{2,}}",
        r"\w\s*[\[({<*_]\s?(?:at|arobase?|@)\s?[\])}>*_]\s*\w",
        r"\w\s+arobase?\s+\w",
        rf"\w\s+chez\s+[\w-]{{1,40}}\s{{0,2}}{_DOT}\s{{0,2}}(?:fr|com|net|org|eu)\b",
        r"(?:\w ){3,}@",
    )
)


def flat(text: str) -> str:
    """A text as its signs mean: any digit in ASCII, one kind of dash and of space, none hidden.

    >>> flat("٠٦ 12—34\\u200b56"), flat("O6 12 34 S6 7l")
    ('06 12-3456', '06 12 34 S6 71')
    """
    if text.isascii() and "&" not in text and "%" not in text:
        return _letters(text)
    text = unicodedata.normalize("NFKC", html.unescape(text).replace("%40", "@"))
    return _letters("".join(map(_sign, text)))


def _sign(sign: str) -> str:
    if sign.isascii():
        return sign
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    if kind in ("Cf", "Me", "Mn"):
        return ""
    return {"Pd": "-", "Zs": " ", "Zl": "\n", "Zp": "\n"}.get(kind, sign)


def _letters(text: str) -> str:
    """O and l beside digits are read as zero and one."""
    if "O" not in text and "o" not in text and "l" not in text and "I" not in text:
        return text
    return re.sub(
        r"(?<![^\W_])(?=[OolI]*\d)[\dOolI]+(?![^\W_])",
        lambda found: found[0].translate({79: "0", 111: "0", 108: "1", 73: "1"}),
        text,
    )


def coordinates(text: str, dated: bool = False, numbered: bool = False) -> str:
    """What a text gives of a person's coordinates, as a French noun; nothing when it gives none.

    Parameters
    ----------
    text : str
    dated : bool
        The field holds dates: one of long ago is no one's birth.
    numbered : bool
        The field holds identifiers: nine digits alone are one.

    >>> coordinates("rappeler au 06-12.34 56 78"), coordinates("du 05/07/2021 au 30/07/2021")
    ('un numéro de téléphone', '')
    >>> coordinates("nom [at] domaine point fr"), coordinates("12/03/1985")
    ('une adresse électronique', 'une date de naissance')
    """
    return next((kind for kind, _ in found(text, dated, numbered)), "")


def found(text: str, dated: bool = False, numbered: bool = False) -> Iterator[tuple[str, str]]:
    """Each kind of coordinate in a text, and the signs that give it, in the text made flat."""
    plain = flat(text)
    if "@" in plain or re.search(r"(?i)\bat\b|arob|\(a\)|chez", plain):
        yield from ((MAIL, one[0]) for one in _first(_MAILS, plain))
    if not re.search(r"\d", plain):
        return
    yield from ((BIRTH, one[0]) for one in _first((_BORN,), plain))
    if not dated:
        yield from ((BIRTH, one[0]) for one in _DATE.finditer(plain) if _birth(one))
    # A date is no telephone, nor is an hour: what is left of the text is looked at.
    rest = _CLOCK.sub(" ! ", _DATE.sub(lambda one: one[0] if _among(one) else " ! ", plain))
    yield from ((NIR, one[0]) for one in _first((_NIR,), rest))
    yield from ((PHONE, one[0]) for one in _first(_PHONES, rest) if not _siret(one[0]))
    if not numbered:
        yield from ((PHONE, one[0]) for one in _LOST.finditer(rest) if not _siren(rest, one))


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[re.Match[str]]:
    return (one for pattern in patterns for one in pattern.finditer(text))


def _date(one: re.Match[str]) -> date | None:
    year, month, day = (int(one[low] or one[high]) for low, high in ("yY", "mM", "dD"))
    if year < 100:
        year += 2000 if year <= LATEST - 2000 else 1900
    try:
        read = date(year, month, day)
    except ValueError:
        return None
    return read if 1900 <= read.year <= LATEST + 60 else None


def _among(one: re.Match[str]) -> bool:
    """No date; or, its year in two digits, three pairs among others: « 0689 12.12.12 »."""
    short = len(one["y"] or one["Y"]) == 2
    before = one.string[max(one.start() - 5, 0) : one.start()]
    return not _date(one) or (short and bool(re.search(r"\d[\W_]{1,4}$", before)))


def _birth(one: re.Match[str]) -> bool:
    read = _date(one)
    return read is not None and read.year < FIRST_ACTION


def _siret(text: str) -> bool:
    """Fourteen digits in one piece whose key holds: a structure's number, not a foreign phone."""
    return bool(re.fullmatch(r"\d{14}", text)) and luhn(text)


def _siren(text: str, one: re.Match[str]) -> bool:
    """Nine digits announced as a SIREN, whose key holds."""
    return luhn(one[0]) and bool(re.search(r"(?i)siren\W*$", text[: one.start()]))


def luhn(digits: str) -> bool:
    """Whether the last digit is the key of the others.

    >>> luhn("00012345600006"), luhn("00012345600007")
    (True, False)
    """
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
