"""One cell → one value: amounts in cents, dates, SIRET, neighbourhoods and shares, words of a list."""

import difflib
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

from qpvlib.actions.contract import Field, Words, nomenclature
from qpvlib.actions.flaws import quoted
from qpvlib.areas import neighbourhoods
from qpvlib.catalogue import slug

SPACES = re.compile("[\\s\u00a0\u202f\u2009]+")
CURRENCY = re.compile(r"\s*(€|eur|euros?)$", re.I)
GROUPS = r"\d{1,3}(?: \d{3})+|\d+"
EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 36526, 55153  # 2000 to 2050
LAPOSTE = "356000000"
MONTHS = {
    "janvier": 1, "janv": 1, "fevrier": 2, "fevr": 2, "mars": 3, "avril": 4, "avr": 4, "mai": 5,
    "juin": 6, "juillet": 7, "juil": 7, "aout": 8, "septembre": 9, "sept": 9, "octobre": 10,
    "oct": 10, "novembre": 11, "nov": 11, "decembre": 12, "dec": 12,
}  # fmt: skip
Shares = tuple[tuple[str, Fraction], ...]


class Wrong(ValueError):
    """A cell that is not what its column expects."""

    def __init__(self, expected: str, remedy: str, found: str = ""):
        self.expected, self.remedy, self.found = expected, remedy, found
        super().__init__(expected)


def plain(cell: object) -> str:
    """A cell as text; a whole number has no decimals, whatever the spreadsheet.

    >>> plain(45.0), plain(" a  b "), plain(date(2021, 7, 5))
    ('45', 'a b', '2021-07-05')
    """
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return SPACES.sub(" ", str(cell)).strip()


# --- numbers ---------------------------------------------------------------------------------


def cents(cell: object) -> int:
    """An amount in cents; what could be read two ways is refused.

    >>> cents("1 234,56 €"), cents("1.234,5"), cents(4500.0), cents("0")
    (123456, 123450, 450000, 0)
    """
    expected = "un montant en euros"
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        amount = round(cell * 100)
        if abs(cell * 100 - amount) > 1e-4:
            raise Wrong("au plus deux décimales", "Arrondir au centime.")
        return amount
    text = CURRENCY.sub("", plain(cell))
    if re.fullmatch(rf"-({GROUPS})([.,]\d{{1,2}})?", text):
        raise Wrong("un montant positif ou nul", "Écrire le montant sans signe.")
    if whole := re.fullmatch(rf"({GROUPS})(?:[.,](\d{{1,2}}))?", text):
        return 100 * int(whole[1].replace(" ", "")) + int((whole[2] or "0").ljust(2, "0"))
    thousands = re.fullmatch(r"(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?!\2)[.,](\d{1,2})", text)
    if thousands:
        return 100 * int(re.sub(r"\D", "", thousands[1])) + int(thousands[3].ljust(2, "0"))
    if re.fullmatch(r"\d{1,3}([.,])\d{3}(\1\d{3})+", text):
        return 100 * int(re.sub(r"\D", "", text))
    if one := re.fullmatch(r"(\d{1,3})[.,](\d{3})", text):
        remedy = f"Écrire {one[1]}{one[2]} ou {one[1]},{one[2][:2]}, selon ce qui est voulu."
        raise Wrong("un montant qui ne se lit que d'une façon", remedy)
    if re.fullmatch(rf"({GROUPS})[.,]\d{{3,}}", text):
        raise Wrong("au plus deux décimales", "Arrondir au centime.")
    if re.search(r"\d ?(k|m|k€|m€|ke|keuros?)$", plain(cell).lower()):
        raise Wrong(expected, "Écrire le montant entier, sans k ni M.")
    raise Wrong(expected, "Écrire des chiffres, par exemple 4500 ou 4 500,00 €.")


def whole(cell: object) -> int:
    """A whole number, of people, of visits, or a year.

    >>> whole("1 200"), whole(60.0)
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

    >>> day("05/07/2021"), day("1er juillet 2021"), day(44378)
    (datetime.date(2021, 7, 5), datetime.date(2021, 7, 1), datetime.date(2021, 7, 1))
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = plain(cell)
    if re.fullmatch(r"\d{5}", text):
        return _serial(int(text), since_1904)
    for pattern, order in _DATES:
        if found := re.fullmatch(pattern, text, re.I):
            return _date(*(found[name] for name in order))
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", text):
        raise Wrong("une date dont l'année a quatre chiffres", "Écrire par exemple 05/07/2021.")
    raise Wrong("une date", "Écrire 05/07/2021, 2021-07-05 ou 5 juillet 2021.")


_DATES = (
    (r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})(?: .*)?", "ymd"),
    (r"(?P<y>\d{4})[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})(?:[T ].*)?", "ymd"),
    (r"(?:\w+day |lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?"
     r"(?P<d>\d{1,2})(?:er)? (?P<m>[^\W\d]+)\.? (?P<y>\d{4})", "ymd"),
)  # fmt: skip


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


def luhn(digits: str) -> bool:
    """Whether the last digit is the key of the others.

    >>> luhn("00000000100008"), luhn("00000000100007")
    (True, False)
    """
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def siret(cell: object) -> str:
    """A SIRET: lost zeros put back when its key then holds; La Poste keyed on the sum by 5.

    >>> siret("35600000009075"), siret(100008)
    ('35600000009075', '00000000100008')
    """
    expected = "les 14 chiffres d'un SIRET"
    text = SPACES.sub("", plain(cell)).replace(".", "" if "E" not in str(cell).upper() else ".")
    if science := re.fullmatch(r"(\d)(?:[.,](\d+))?E\+?(\d+)", text.upper()):
        digits = science[1] + (science[2] or "")
        if len(digits) <= int(science[3]):
            remedy = "Mettre la colonne en texte et reprendre le SIRET : ses chiffres sont perdus."
            raise Wrong(expected, remedy)
        text = digits
    if not text.isdecimal() or len(text) > 14:
        raise Wrong(expected, "Écrire les 14 chiffres, sans lettre.")
    padded = text.zfill(14)
    if not padded.strip("0"):
        raise Wrong(expected, "Laisser vide si le SIRET n'est pas connu, et donner le RNA.")
    if luhn(padded) or (padded.startswith(LAPOSTE) and sum(map(int, padded)) % 5 == 0):
        return padded
    if len(text) == 9:
        raise Wrong(expected, "C'est un SIREN : ajouter les 5 chiffres de l'établissement.")
    short = f"Il n'y a que {len(text)} chiffres. " if len(text) < 14 else ""
    raise Wrong("un SIRET dont la clé est juste", f"{short}Vérifier chaque chiffre.")


def rna(cell: object) -> str:
    """An RNA number.

    >>> rna("w452 000 001")
    'W452000001'
    """
    text = SPACES.sub("", plain(cell)).upper()
    if re.fullmatch(r"W\d{9}", text):
        return text
    raise Wrong("W suivi de neuf chiffres", "Reprendre le numéro du répertoire des associations.")


# --- neighbourhoods and shares ----------------------------------------------------------------

SHARE = re.compile(
    r"^(?P<name>.*?)[\s:=(]*"
    r"(?:(?P<percent>\d+(?:[.,]\d+)?)\s?%|(?P<up>\d+)\s?/\s?(?P<down>\d+)|(?P<part>[01]?[.,]\d+))"
    r"\s?\)?$"
)
BARE = re.compile(r"(?i)^(q[pn]\w{6}|.*[^\W\d].*?)[\s:=(]+\d+\)?$")


def shares(cell: object, words: Words, equal: bool = False) -> Shares:
    """Neighbourhoods and their shares, which sum to 1 exactly; a name that is near is offered.

    Parameters
    ----------
    equal : bool
        Share equally between neighbourhoods given without shares (asked for by the user).
    """
    parts = [part for part in re.split(r"\s*(?:[;|\n]|,(?!\s?\d)| / )\s*", str(cell)) if part]
    found = [_share(plain(part), words) for part in parts]
    codes = [code for code, _ in found]
    twice = {code for code in codes if codes.count(code) > 1}
    if twice:
        raise Wrong("chaque quartier une fois", "Additionner ses parts.", f"{min(twice)} deux fois")
    given = [share for _, share in found if share is not None]
    if not given and (len(found) == 1 or equal):
        return tuple((code, Fraction(1, len(found))) for code, _ in found)
    if len(given) < len(found):
        remedy = "Écrire par exemple « QP045010 60 % ; QP045011 40 % », ou importer avec --equal."
        raise Wrong("une part pour chaque quartier", remedy)
    if sum(given) != 1:
        total = f"des parts qui font {_percent(sum(given))}"
        raise Wrong("des parts qui font 100 %", "Ajuster les parts (1/3 est admis).", total)
    if min(given) <= 0:
        raise Wrong("des parts supérieures à zéro", "Retirer le quartier dont la part est nulle.")
    return tuple(sorted(found))


def _percent(total: Fraction) -> str:
    shown = f"{float(100 * total):.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"{shown} %"


def _share(part: str, words: Words) -> tuple[str, Fraction | None]:
    if _code(part, words):
        return _code(part, words), None
    found = SHARE.match(part)
    if not found:
        code = _place(BARE.sub(r"\1", part), words)
        if BARE.match(part) and not _code(part, words):
            raise Wrong("une part en pour cent ou entre 0 et 1", f"Écrire « {code} 60 % ».")
        return code, None
    share = _fraction(found)
    return _place(found["name"].strip(" :=("), words), share


def _fraction(found: re.Match[str]) -> Fraction:
    if found["percent"]:
        return Fraction(Decimal(found["percent"].replace(",", "."))) / 100
    if found["up"]:
        if int(found["down"]) == 0:
            raise Wrong("une fraction dont le diviseur n'est pas nul", "Écrire par exemple 1/3.")
        return Fraction(int(found["up"]), int(found["down"]))
    return Fraction(Decimal("0" + found["part"].lstrip("0").replace(",", ".")))


@cache
def known_places() -> dict[str, str]:
    """Slug of each code and name of either generation → code of the neighbourhood."""
    found = {}
    for place in neighbourhoods().values():
        names = {place.code, place.successor, place.name, place.successor_name}
        for name in filter(None, names):
            found[slug(name)] = place.code
            for commune in place.communes:
                found[slug(f"{name} {commune.name}")] = place.code
    return found


def _code(text: str, words: Words) -> str:
    name = re.sub(r"^(qpv|quartier|quartier-prioritaire)-", "", slug(text))
    known = known_places()
    joined = name.replace("-", "")
    return words.places.get(name) or known.get(name) or known.get(joined) or ""


def _place(text: str, words: Words) -> str:
    code = _code(text, words)
    if code:
        return code
    name, known = slug(text), known_places()
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    near = near or [other for other in known if len(name) > 3 and (name in other or other in name)]
    offer = "Liste : qpv list."
    if near:
        place = neighbourhoods()[known[near[0]]]
        offer = f"Voulez-vous dire {place.code} ({place.name}) ? L'écrire, ou déclarer ce nom dans "
        offer += "synonymes.toml, [quartiers]."
    raise Wrong("le code ou le nom d'un quartier", offer, quoted(text))


# --- words -----------------------------------------------------------------------------------


def one_of(cell: object, field: Field, words: Words) -> str:
    """A word of a closed list, however it is written."""
    known = words.values[field.name]
    text = slug(plain(cell))
    if text in known:
        return known[text]
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.6)
    offer = f"Voulez-vous dire « {known[near[0]]} » ?" if near else (
        f"L'ajouter à synonymes.toml si c'est un autre nom de l'un d'eux ({field.name}).")  # fmt: skip
    raise Wrong(f"l'un de : {', '.join(field.values)}", offer, quoted(cell))


def several_of(cell: object, field: Field, words: Words) -> tuple[str, ...]:
    """Words of a closed list, in its order."""
    if isinstance(cell, date):
        remedy = "Le tableur l'a changé en date : mettre la colonne au format texte et ressaisir."
        raise Wrong(f"l'un de : {', '.join(field.values)}", remedy, f"une date ({plain(cell)})")
    if slug(plain(cell)) in words.values[field.name]:
        return (one_of(cell, field, words),)
    parts = [part for part in re.split(r"\s*[;|\n,/]\s*", str(cell)) if part.strip()]
    found = {one_of(part, field, words) for part in parts}
    return tuple(value for value in field.values if value in found)


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
        ends = re.fullmatch(r"(?:s|sem\.?|semaine)? ?(\d{1,2})(?: ?[-–à] ?s?(\d{1,2}))?", part, re.I)
        if not ends:
            raise wrong
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if not 1 <= first <= last <= 53:
            raise wrong
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


def theme(cell: object, year: int) -> str:
    """Code of a P147 theme, given by code, by label, or by both.

    >>> theme("Sport et loisir", 2021), theme("1.5b - Sport", 2021)
    ('1.5b', '1.5b')
    """
    period, known = nomenclature(year)
    text = plain(cell)
    head = re.match(r"\d(?:\.\d[a-z]?)?(?![\d.])", text)
    if head and head[0] in known:
        return head[0]
    labels = {slug(label): code for code, label in known.items()}
    named = slug(text)
    if named in labels:
        return labels[named]
    near = difflib.get_close_matches(named, labels, n=1, cutoff=0.5)
    offer = f"Voulez-vous dire {labels[near[0]]} ({known[labels[near[0]]]}) ?" if near else (
        "Voir data/actions/p147.toml.")  # fmt: skip
    raise Wrong(f"un thème du programme 147, période {period}", offer)


def parser(
    field: Field, words: Words, equal: bool = False, since_1904: bool = False
) -> Callable[[object], object]:
    """The function that reads the cells of a field (themes, which need the year, stay text)."""
    return {
        "cents": cents,
        "integer": whole,
        "date": lambda cell: day(cell, since_1904),
        "siret": siret,
        "rna": rna,
        "neighbourhoods": lambda cell: shares(cell, words, equal),
        "weeks": weeks,
        "theme": plain,
        "list": lambda cell: several_of(cell, field, words),
        "string": (lambda cell: one_of(cell, field, words)) if field.values else plain,
    }[field.kind]


def written(kind: str, value: object) -> str:
    """A value as the register's file has it; reading it again gives the same value.

    >>> written("cents", 123450), written("weeks", (27, 28)), written("cents", None)
    ('1234.50', '27 ; 28', '')
    """
    if value is None or value == () or value == "":
        return ""
    if kind == "cents":
        return f"{value // 100}.{value % 100:02d}"
    if kind == "neighbourhoods":
        if len(value) == 1:
            return value[0][0]
        return " ; ".join(f"{code} {share.numerator}/{share.denominator}" for code, share in value)
    if kind in ("list", "weeks"):
        return " ; ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)
