"""``qpv try``: one indicator as it is typed, in seconds, and nothing of it is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qpvlib.catalogue import QpvError, catalogue, unknown
from qpvlib.cli.french import PLACE, Command, Mistake
from qpvlib.cli.tables import RAW, raw_folder

if TYPE_CHECKING:
    from qpvlib.diagnosis.reading import Reading
    from qpvlib.tables.areas import Neighbourhood

KINDS = (".png", ".svg")


@click.command("try", cls=Command)
@click.argument("indicator", metavar="INDICATEUR")
@RAW
@click.option("--quartier", "code", help="Celui dont on lit la phrase (défaut : le premier).")
@click.option("--image", type=PLACE, help="Y dessine le graphique de sa page (.png ou .svg).")
def try_(indicator: str, raw: Path | None, code: str | None, image: Path | None) -> None:
    """Essaie un indicateur tel qu'il est déclaré, sans rien changer au projet.

    Sa fiche, ses valeurs, son bruit, la phrase et le graphique d'un quartier.
    """
    known = catalogue().indicators
    if indicator not in known:
        raise Mistake(unknown("L'indicateur", indicator, known))
    if image is not None and image.suffix not in KINDS:
        raise Mistake(f"--image attend un fichier {' ou '.join(KINDS)}, et non « {image} ».")
    raw = raw_folder(raw)
    from qpvlib.tables import areas
    from qpvlib.tables.construction import partial

    place = areas.neighbourhood(code) if code else None
    with partial.tried(raw, indicator) as left_out:
        seen = _seen(indicator)
        place = place or next(one for one in seen if seen[one])
        for line in _told(indicator, seen, place):
            click.echo(line)
        for line in left_out:
            click.echo(f"Non repris : {line}")
        if image is not None:
            _draw(indicator, place, image)


def _seen(code: str) -> "dict[Neighbourhood, Reading | None]":
    """The figure of each neighbourhood of the project; None where no file has one."""
    from qpvlib.diagnosis import reading
    from qpvlib.tables import areas, indicators

    held = set(indicators.observations(indicator=code).area)
    places = areas.neighbourhoods().values()
    if not held & {place.code for place in places}:
        raise QpvError(
            f"« {code} » n'a aucun chiffre dans les {len(places)} quartiers du projet : voir les "
            "éditions, les colonnes et les départements de sa source, dans sources.toml."
        )
    return {one: reading.read(one, code) if one.code in held else None for one in places}


def _told(
    code: str, read: "dict[Neighbourhood, Reading | None]", place: "Neighbourhood"
) -> Iterator[str]:
    from qpvlib.diagnosis import explaining

    yield explaining.explain(code)
    years = dict.fromkeys(one.when for one in read.values() if one)
    widest = max(len(one.name) for one in read)
    yield f"Les {len(read)} quartiers ({', '.join(years)}) :"
    for one, seen in read.items():
        yield f"  {one.code}  {one.name:<{widest}}  {_line(seen)}".rstrip()
    yield f"\n{_among(next(filter(None, read.values())))}"
    sentence = read[place].sentence if read[place] else "aucun chiffre."
    yield f"\nLa phrase, pour {place.name} :\n  {sentence}"
    yield f"\nSur les pages : {_where(code)}."


def _line(seen: "Reading | None") -> str:
    if seen is None:
        return "aucun chiffre"
    return f"{seen.shown:<18} {seen.rank}" if seen.published else seen.blank


def _among(seen: "Reading") -> str:
    """The quartiles of the metropolitan QPV."""
    from qpvlib.catalogue import wording

    if seen.declared.measure == "count":
        return "Un effectif ne se compare pas aux autres QPV : il dit leur taille."
    if seen.limits is None:
        return "Trop peu de QPV de métropole ont un chiffre pour s'y comparer."
    low, half, high = (seen.text(seen.limits.at(rank)) for rank in (25, 50, 75))
    cut = " au plus (des chiffres sont cachés sous un seuil)" if seen.cut else ""
    return (
        f"Des {wording.number(seen.limits.n)} QPV de métropole qui ont un chiffre : premier "
        f"quartile {low}, médiane {half}, troisième quartile {high}{cut}."
    )


def _where(code: str) -> str:
    indicator = catalogue().indicators[code]
    theme = catalogue().themes[indicator.theme].label
    first = {
        "headline": "le tableau des repères, ",
        "identity": "l'identité du quartier, ",
        "details": "",
    }[indicator.place]
    return f"{first}le tableau « {theme} » des détails, sa fiche d'indicateurs.html, les données"


def _draw(code: str, place: "Neighbourhood", image: Path) -> None:
    from qpvlib.figures import alone
    from qpvlib.tables import writing

    drawn = alone.saved(alone.of_position(place, code), catalogue().territory["office"])
    writing.write(image, next(c for name, c in drawn.items() if name.endswith(image.suffix)))
    click.echo(f"\nGraphique : {image}")
