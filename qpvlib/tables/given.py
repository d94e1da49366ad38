"""What people give for a neighbourhood, an area, an indicator: understood, or refused in French.

The boundary of the library: inside, a neighbourhood is a ``Neighbourhood`` and a name a code.
"""

import re
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar, get_args

import pandas as pd

from qpvlib.catalogue import Contract, QpvError, catalogue, wording
from qpvlib.catalogue.faults import near
from qpvlib.catalogue.meant import Names, each, many, words
from qpvlib.project import kept
from qpvlib.tables import areas, tidy
from qpvlib.tables.areas import Area, Neighbourhood

Given = ParamSpec("Given")
Told = TypeVar("Told")
ELSEWHERE = re.compile(
    r"Q[PN](?:0(0[1-9]|[1-8]\d|9[0-5]|2[AB])|(97[1-6]))(?:(?<=P...)\d{3}|(?<=N...)\d\d[A-Z])"
)
HERE = "n'est pas dans ce projet"
AROUND = (
    "Il y a les quartiers (qpv.neighbourhoods()), leurs communes, leurs intercommunalités, le "
    "département, la région et la France."
)
SURE = 0.85  # how alike a code of here is to one of elsewhere, to be offered: one character apart


# --- neighbourhoods --------------------------------------------------------------------------


def place(given: object) -> Neighbourhood:
    """A neighbourhood by its code, its number, its name, or itself.

    Raises
    ------
    QpvError
        For what is none of the tables' neighbourhoods, or may be several: with the near names, or
        the département that it is of.

    Examples
    --------
    >>> [place(given).code for given in ("qp 045010", 45010, 10, "la source", "QP045010 La Source")]
    ['QP045010', 'QP045010', 'QP045010', 'QP045010', 'QP045010']
    """
    if isinstance(given, Neighbourhood):
        return given
    names = _neighbourhoods()
    text = names.one(_code_of(given))
    if code := _coded(text):
        return areas.neighbourhood(code)
    if not names.meant(text) and (found := _surroundings().named(text)):
        raise QpvError(_not_one(text, found[0]))
    return areas.neighbourhood(names.code(text))


def places(given: object) -> list[Neighbourhood]:
    """One neighbourhood, a list of them, or all those of a commune or of a contract, by its name.

    >>> [one.name for one in places("Gien")], [one.name for one in places(["montoire", 18])]
    (['Champ de la Ville', 'Montoire'], ['Montoire', 'Quartiers Nord'])
    """
    text = _code_of(given)
    if many(text):
        every = (one for part in each(text, "un quartier") for one in places(part))
        return list({one.code: one for one in every}.values())
    if isinstance(text, str) and not _neighbourhoods().meant(text):
        for code in _surroundings().named(text):
            return _within(code)
    return [place(given)]


def _code_of(given: object) -> object:
    """The code of an area, or of the intercommunalité of a contract; anything else as it is."""
    if isinstance(given, Contract):
        return given.epci
    return given.code if isinstance(given, (Area, Neighbourhood)) else given


def _within(code: str) -> list[Neighbourhood]:
    every = areas.neighbourhoods().values()
    return [one for one in every if code in {area.code for area in one.within}]


@kept("tidy", "root")
def _neighbourhoods() -> Names:
    known = areas.neighbourhoods()
    of = {
        code: [*filter(None, [one.name, one.successor_name, one.successor])]
        for code, one in known.items()
    }
    return Names("quartier", of, f"Les {len(known)} : qpv.neighbourhoods()", HERE)


@kept("tidy", "root")
def _surroundings() -> Names:
    """The areas around the neighbourhoods, an intercommunalité by its contract's names too."""
    of = {row["area"]: [row["name"]] for row in tidy.records(tidy.table("areas"))}
    for code, one in catalogue().contracts.items():
        of.get(one.epci, []).extend([one.brief, one.short, one.label, code])
    return Names("territoire", of)


def _coded(text: str) -> str:
    """The code of 2015 or of 2024 that a text is, or its number; empty for a name."""
    bare = re.sub(r"[\s_.-]+", "", text).upper()
    if bare.isdecimal():
        return _numbered(bare)
    if (head := re.search(r"\bQ[PN]\d\w{5}\b", text.upper())) and head[0] != bare:
        return _labelled(text, head[0])
    if not re.match(r"Q[PN]\d", bare):
        return ""
    code = re.sub(r"^QP(?=[1-9]\d{4}$)", "QP0", bare)
    names = _neighbourhoods()
    if code in names.of or any(code in told for told in names.of.values()):
        return code
    raise QpvError(_elsewhere(code) or names.unknown(text))


def _labelled(text: str, code: str) -> str:
    """The code of « QP045010 La Source (Orléans) »; empty where its words are another's."""
    one = areas.neighbourhoods().get(_coded(code))
    named = [code, one.name, *(area.name for area in one.communes)] if one else [code]
    return code if set(words(text)) <= {word for name in named for word in words(name)} else ""


def _numbered(digits: str) -> str:
    """The code of 2015 of a number, with or without its département."""
    known, number = areas.neighbourhoods(), digits.lstrip("0")
    found = [code for code in known if code[2:].lstrip("0") == number]
    found = found or [code for code in known if len(digits) < 4 and code[-3:].lstrip("0") == number]
    names = _neighbourhoods()
    if len(found) == 1:
        return found[0]
    if found:
        raise QpvError(f"« {digits} » peut être {names.told(found)} : lequel ? Donner son code.")
    if digits in _surroundings().of:
        raise QpvError(_not_one(digits, digits))
    like = f"QP{digits.zfill(6)}" if len(digits) > 3 else digits
    raise QpvError(_elsewhere(like) or names.unknown(digits, like))


def _elsewhere(code: str) -> str:
    """What is told of a code of another département than the tables'; empty for any other."""
    found = ELSEWHERE.fullmatch(code)
    departement = (found[1] or found[2]) if found else ""
    if not found or departement in {one.departement for one in areas.neighbourhoods().values()}:
        return ""
    names = _neighbourhoods()
    close = names.near(code, SURE)
    offer = f" Ou vouliez-vous dire {names.told(close)} ?" if close else ""
    to_have = f"Ceux du {departement} : qpv build --raw DOSSIER --departement {departement}."
    if found[2]:
        to_have = "Aucun projet ne se fait hors de la métropole."
    return (
        f"« {code} » est un code du département {departement}, et ce projet a les quartiers "
        f"{areas.whole()[1]}. {to_have}{offer}"
    )


def _not_one(given: str, code: str) -> str:
    """What is told of an area given for a neighbourhood: what it is, those that it holds."""
    row = next(r for r in tidy.records(tidy.table("areas")) if r["area"] == code)
    inside, every = _within(code), areas.neighbourhoods()
    held = f"les {len(every)} : qpv.neighbourhoods()"
    if len(inside) < len(every):
        held = wording.listed([f"{one.name} ({one.code})" for one in inside])
    level = wording.say("tabled", row["level"])
    return f"« {given} » n'est pas un quartier mais {row['name']} ({level}), qui contient {held}."


# --- areas, indicators -----------------------------------------------------------------------


def area(given: object) -> str:
    """Code of an area: a neighbourhood's, or that of what contains it, by its code or its name.

    >>> area("gien"), area("Loiret"), area(45016), area("QN04516I"), area("metro")
    ('45155', 'D45', 'QP045016', 'QN04516I', 'METRO')
    """
    around, own = _surroundings(), _neighbourhoods()
    every = Names("territoire", around.of | own.of, AROUND, HERE)
    text = every.one(_code_of(given))
    bare = text.replace(" ", "").upper()
    if bare in around.of or any(bare in names for names in own.of.values()):
        return bare
    return _coded(text) or every.code(text)


def indicator(given: object) -> str:
    """Code of an indicator, by its code, its label or its short name.

    >>> indicator("Taux de pauvreté"), indicator("TAUX_PAUVRETE"), indicator("pauvreté")
    ('taux_pauvrete', 'taux_pauvrete', 'taux_pauvrete')
    """
    return indicators().code(given)


@kept("root")
def indicators() -> Names:
    """The indicators by what may name them."""
    known = catalogue().indicators
    of = {code: [one.label, *filter(None, [one.short]), one.noun] for code, one in known.items()}
    return Names("indicateur", of, "Leur liste : qpv explain --all")


# --- at the door of a function ---------------------------------------------------------------


def understanding(function: Callable[Given, Told]) -> Callable[Given, Told]:
    """The same, given whatever is understood where a ``Neighbourhood`` or an indicator is wanted.

    A neighbourhood is wanted where the parameter is declared so; an indicator where it is named so.
    What is no argument of the function is refused in French.
    """
    known = signature(function)
    wanted = {name: how for name, one in known.parameters.items() if (how := _meaning(one))}

    @wraps(function)
    def understood(*given: Given.args, **named: Given.kwargs) -> Told:
        try:
            bound = known.bind(*given, **named)
        except TypeError:
            raise QpvError(
                _misgiven(function.__name__, list(known.parameters), given, named)
            ) from None
        for name, means in wanted.items():
            value = bound.arguments.get(name, known.parameters[name].default)
            if value is not known.parameters[name].default:
                bound.arguments[name] = means(value)
        return function(*bound.args, **bound.kwargs)

    return understood


def _meaning(parameter: Parameter) -> Callable[[Any], Any] | None:
    """How what is given for a parameter is understood; None where it is taken as it is."""
    kinds = get_args(parameter.annotation) or (parameter.annotation,)
    if Neighbourhood in kinds:
        return None if pd.DataFrame in kinds else place
    if parameter.name in ("indicator", "indicators"):
        return indicator if kinds == (str,) else _codes
    return None


def _codes(given: object) -> tuple[str, ...]:
    return tuple(indicators().codes(given))


def _misgiven(name: str, known: list[str], given: tuple, named: dict) -> str:
    """Why a call does not suit a function: what is too much, what lacks."""
    has = f"{name} a pour arguments : {', '.join(known)}" if known else f"{name} n'en a aucun"
    strange = [one for one in named if one not in known]
    if strange:
        nearest = near(strange[0], known)
        offer = f" Voulez-vous dire « {nearest} » ?" if nearest else ""
        return f"L'argument « {strange[0]} » n'existe pas.{offer} {has}."
    if len(given) > len(known):
        return f"{len(given)} valeurs sont données, et c'est trop : {has}."
    twice = [one for one in known[: len(given)] if one in named]
    if twice:
        return f"« {twice[0]} » est donné deux fois. {has}."
    lacking = [one for one in known[len(given) :] if one not in named]
    return f"Il manque un argument à {name} : {lacking[0]}. {has}."
