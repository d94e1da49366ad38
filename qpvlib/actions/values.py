"""One cell → one value: numbers, amounts in cents, dates, weeks, SIRET and RNA."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from qpvlib.catalogue import slug
from qpvlib.catalogue.coordinates import luhn
from qpvlib.tables import books

LONGEST = 60  # characters of a cell quoted in a message
SPACES = re.compile("[\\s\u00a0\u202f\u2009]+")
CURRENCY = re.compile(r"\s*(€|eur|euros?)$", re.I)
GROUPS = r"\d{1,3}(?: \d{3})+|\d+"
EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 36526, 55153  # 2000 to 2050
HERE = "Europe/Paris"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
LAPOSTE = "356000000"
SIREN, SHORTEST, LENGTH = 9, 11, 14
MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fevr": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5,
    "juin": 6, "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10,
    "oct": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip


class Wrong(ValueError):
    """A cell that is not what its column expects."""

    def __init__(self, expected: str, remedy: str, found: str = ""):
        self.expected, self.remedy, self.found = expected, remedy, found
        super().__init__(expected)


def plain(cell: object) -> str:
    """A cell as text (see ``books.text``), each run of spaces made one.

    >>> plain(45.0), plain(" a  b ")
    ('45', 'a b')
    """
    return SPACES.sub(" ", books.text(cell)).strip()


def quoted(cell: object) -> str:
    """A cell as a message shows it, cut when long.

    >>> quoted("  12 k€ "), quoted("")
    ('« 12 k€ »', 'une cellule vide')
    """
    text = " ".join(str(cell).split())
    if not text:
        return "une cellule vide"
    return f"« {text[:LONGEST]}… »" if len(text) > LONGEST else f"« {text} »"


# --- numbers ---------------------------------------------------------------------------------


def cents(cell: object) -> int:
    """An amount in cents; what could be read two ways is refused.

    >>> cents("1 234,56 €"), cents("1.234,5"), cents(4500.0), cents("0")
    (123456, 123450, 450000, 0)
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not abs(cell) < 1e15:  # no cent is left beyond, and neither NaN nor infinity is a number
            raise Wrong("un montant en euros", "Vérifier la formule ou l'unité.")
        amount = round(cell * 100)
        if abs(cell * 100 - amount) > 1e-4:
            raise Wrong("au plus deux décimales", "Arrondir au centime.")
        return amount
    text = CURRENCY.sub("", plain(cell))
    if whole := re.fullmatch(rf"({GROUPS})(?:[.,](\d{{1,2}}))?", text):
        return 100 * int(whole[1].replace(" ", "")) + int((whole[2] or "0").ljust(2, "0"))
    if both := re.fullmatch(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?!\2)[.,](\d{1,2})", text):
        return 100 * int(re.sub(r"\D", "", both[1])) + int(both[3].ljust(2, "0"))
    if re.fullmatch(r"\d{1,3}([.,])\d{3}(\1\d{3})+", text):
        return 100 * int(re.sub(r"\D", "", text))
    raise _unread(text)


def _unread(text: str) -> Wrong:
    """Why a text is not an amount."""
    if one := re.fullmatch(r"(\d{1,3})[.,](\d{3})", text):
        remedy = f"Écrire {one[1]}{one[2]} ou {one[1]},{one[2][:2]}, selon ce qui est voulu."
        return Wrong("un montant qui ne se lit que d'une façon", remedy)
    if re.fullmatch(rf"({GROUPS})[.,]\d{{3,}}", text):
        return Wrong("au plus deux décimales", "Arrondir au centime.")
    if re.fullmatch(rf"-({GROUPS})([.,]\d{{1,2}})?", text):
        return Wrong("un montant positif ou nul", "Écrire le montant sans signe.")
    if re.search(r"\d ?(k|m|ke|keuros?)$", text.lower()):
        return Wrong("un montant en euros", "Écrire le montant entier, sans k ni M.")
    return Wrong("un montant en euros", "Écrire des chiffres, par exemple 4500 ou 4 500,00 €.")


def integer(cell: object) -> int:
    """A whole number, of people, of visits, or a year.

    >>> integer("1 200"), integer(60.0)
    (1200, 60)
    """
    text = plain(cell)
    if re.fullmatch(GROUPS, text):
        return int(text.replace(" ", ""))
    if re.fullmatch(rf"({GROUPS})[.,]0+", text):
        return int(re.split("[.,]", text)[0].replace(" ", ""))
    raise Wrong("un nombre entier", "Écrire un seul nombre, en chiffres, sans mot ni décimale.")


def day(cell: object, since_1904: bool = False) -> date:
    """A date: cell of dates, 05/07/2021, 2021-07-05, 5 juillet 2021, or a serial number.

    A time may follow; with a zone, the day is that of Paris. Anything else is refused.

    >>> day("05/07/2021"), day("1er juillet 2021"), day("2021-07-04T23:30:00Z")
    (datetime.date(2021, 7, 5), datetime.date(2021, 7, 1), datetime.date(2021, 7, 5))
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain(cell)
    if re.fullmatch(r"\d{5}", text):
        return _serial(int(text), since_1904)
    for pattern in _DATES:
        if found := re.fullmatch(pattern, text, re.I):
            return _moment(found, _date(found["y"], found["m"], found["d"]))
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", text):
        raise Wrong("une date dont l'année a quatre chiffres", "Écrire par exemple 05/07/2021.")
    if len(re.findall(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d\d-\d\d", text)) > 1:
        raise Wrong("une seule date", "Écrire le début et la fin chacun dans sa colonne.")
    raise Wrong("une date", "Écrire 05/07/2021, 2021-07-05 ou 5 juillet 2021.")


_TIME = (
    r"(?:[T ](?P<hour>\d{1,2})[:hH](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r" ?(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_DATES = (
    rf"(?P<d>\d{{1,2}})(?P<s>[/.-])(?P<m>\d{{1,2}})(?P=s)(?P<y>\d{{4}}){_TIME}",
    rf"(?P<y>\d{{4}})(?P<s>[/-])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}}){_TIME}",
    rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)}) )?"
    r"(?P<d>\d{1,2})(?:er)? (?P<m>[^\W\d]+)\.? (?P<y>\d{4})",
)


def _moment(found: re.Match[str], read: date) -> date:
    """The day of a text whose date was read, once its weekday, its time and its zone are."""
    told = found.groupdict()
    weekday = (told.get("weekday") or WEEKDAYS[read.weekday()]).lower()
    if weekday != WEEKDAYS[read.weekday()]:
        right = f"Le {read:%d/%m/%Y} est un {WEEKDAYS[read.weekday()]} : corriger l'un des deux."
        raise Wrong("un jour de la semaine qui est celui de la date", right)
    if not told.get("hour"):
        return read
    try:
        clock = [int(told[part] or 0) for part in ("hour", "minute", "second")]
        when = datetime(read.year, read.month, read.day, *clock)
        if zone := (told["zone"] or "").upper().replace("UTC", "Z").replace("Z", "+0000"):
            given = datetime.strptime(zone, "%z").tzinfo
            when = when.replace(tzinfo=given).astimezone(ZoneInfo(HERE))
    except ValueError:
        raise Wrong("une heure qui existe", "Garder la date seule.") from None
    return when.date()


def _serial(number: int, since_1904: bool) -> date:
    if since_1904:
        remedy = "Mettre la colonne au format date, puis enregistrer."
        raise Wrong("une date", remedy, f"le numéro {number}, dans un classeur daté depuis 1904")
    if not FIRST_SERIAL <= number <= LAST_SERIAL:
        raise Wrong("une date", "Écrire 05/07/2021, 2021-07-05 ou 5 juillet 2021.")
    return EPOCH + timedelta(days=number)


def _date(year: str, month: str, number: str) -> date:
    rank = int(month) if month.isdigit() else MONTHS.get(slug(month), 0)
    try:
        return date(int(year), rank, int(number))
    except ValueError:
        swapped = rank > 12 and int(number) <= 12
        remedy = "Mois et jour semblent inversés : écrire jour/mois/année." if swapped else (
            "Vérifier le jour et le mois.")  # fmt: skip
        raise Wrong("une date qui existe", remedy) from None


# --- identifiers -----------------------------------------------------------------------------


def identifier(cell: object) -> str:
    """An identifier as text; a number that a tool made of it loses its « .0 », and nothing else.

    >>> identifier("2021001.0"), identifier("DA1.0"), identifier(45.0)
    ('2021001', 'DA1.0', '45')
    """
    text = plain(cell)
    return text[:-2] if re.fullmatch(r"\d+[.,]0", text) else text


def siret(cell: object) -> str:
    """A SIRET: lost zeros put back when its key then holds; La Poste keyed on the sum by 5.

    >>> siret("35600000009075"), siret(12345600006), siret("12345600006.0")
    ('35600000009075', '00012345600006', '00012345600006')
    """
    expected = "les 14 chiffres d'un SIRET"
    text = identifier(SPACES.sub("", plain(cell)))
    if science := re.fullmatch(r"(\d)(?:[.,](\d+))?E\+?(\d{1,2})", text.upper()):
        digits = science[1] + (science[2] or "")
        if len(digits) != int(science[3]) + 1:
            remedy = "Mettre la colonne en texte et reprendre le SIRET : ses chiffres sont perdus."
            raise Wrong(expected, remedy)
        text = digits
    if not (text.isascii() and text.isdecimal()) or len(text) > LENGTH:
        raise Wrong(expected, "Écrire les 14 chiffres, sans lettre ni point.")
    if not text.strip("0"):
        raise Wrong(expected, "Laisser vide si le SIRET n'est pas connu, et donner le RNA.")
    if len(text) == SIREN and luhn(text):
        raise Wrong(expected, "C'est un SIREN : ajouter les 5 chiffres de l'établissement.")
    # No SIREN in use starts with more than three zeros; shorter, the key would prove nothing.
    padded = text.zfill(LENGTH) if len(text) >= SHORTEST else text
    post = padded.startswith(LAPOSTE) and sum(map(int, padded)) % 5 == 0
    if len(padded) == LENGTH and (luhn(padded) or post):
        return padded
    short = f"Il n'y a que {len(text)} chiffres. " if len(text) < LENGTH else ""
    raise Wrong("un SIRET dont la clé est juste", f"{short}Vérifier chaque chiffre.")


def rna(cell: object) -> str:
    """An RNA number.

    >>> rna("w999 999 999")
    'W999999999'
    """
    text = SPACES.sub("", plain(cell)).upper()
    if re.fullmatch(r"W\d{9}", text, re.ASCII):
        return text
    raise Wrong("W suivi de neuf chiffres", "Reprendre le numéro du répertoire des associations.")


# --- weeks ---------------------------------------------------------------------------------------


def weeks(cell: object) -> tuple[int, ...]:
    """ISO week numbers, ranges unfolded.

    >>> weeks("27 ; 28 ; S32-34")
    (27, 28, 32, 33, 34)
    """
    wrong = Wrong("des numéros de semaine, de 1 à 53", "Écrire par exemple « 27 ; 28 ; 32-34 ».")
    if isinstance(cell, date) or (isinstance(cell, float) and not cell.is_integer()):
        raise wrong
    found: set[int] = set()
    for part in filter(None, re.split(r"\s*[;|,\n]\s*", plain(cell))):
        ends = re.fullmatch(
            r"(?:s|sem\.?|semaine)? ?(\d{1,2})(?: ?[-–à] ?s?(\d{1,2}))?", part, re.I
        )
        if not ends:
            raise wrong
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if not 1 <= first <= last <= 53:
            raise wrong
        found |= set(range(first, last + 1))
    return tuple(sorted(found))
