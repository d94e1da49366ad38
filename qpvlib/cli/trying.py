"""``qpv try``: one indicator as it is typed, in seconds, and nothing of it is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qpvlib.catalogue import catalogue, unknown
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
        for line in _told(indicator, place):
            click.echo(line)
        for line in left_out:
            click.echo(f"Non repris : {line}")
        if image is not None:
            _draw(indicator, place, image)


def _told(code: str, place: "Neighbourhood | None") -> Iterator[str]:
    from qpvlib.diagnosis import explaining, reading
    from qpvlib.tables import areas

    read = {one: reading.read(one, code) for one in areas.neighbourhoods().values()}
    yield explaining.explain(code)
    widest = max(len(one.name) for one in read)
    years = dict.fromkeys(one.when for one in read.values())
    yield f"Les {len(read)} quartiers ({', '.join(years)}) :"
    for one, seen in read.items():
        shown = seen.shown if seen.published else seen.blank
        yield f"  {one.code}  {one.name:<{widest}}  {shown:<18} {seen.rank}".rstrip()
    place = place or next(iter(read))
    yield from _among(read[place])
    yield f"\nLa phrase, pour {place.name} :\n  {read[place].sentence}"
    yield f"\nSur les pages : {_where(code)}."


def _among(seen: "Reading") -> Iterator[str]:
    """The quartiles of the metropolitan QPV."""
    if seen.limits is None:
        yield "\nPas de position parmi les QPV de métropole (effectif, ou trop peu de valeurs)."
        return
    from qpvlib.catalogue import wording

    low, half, high = (seen.text(seen.limits.at(rank)) for rank in (25, 50, 75))
    yield (
        f"\nDes {wording.number(seen.limits.n)} QPV de métropole qui ont un chiffre : un quart a "
        f"moins de {low}, la moitié moins de {half}, un quart plus de {high}."
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


def _draw(code: str, place: "Neighbourhood | None", image: Path) -> None:
    from qpvlib.figures import alone
    from qpvlib.tables import areas, writing

    place = place or next(iter(areas.neighbourhoods().values()))
    drawn = alone.saved([alone.of_position(place, code)], catalogue().territory["office"])
    writing.write(image, next(c for name, c in drawn.items() if name.endswith(image.suffix)))
    click.echo(f"\nGraphique : {image}")
