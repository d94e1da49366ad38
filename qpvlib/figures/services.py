"""France services and hospitals near a neighbourhood: their points, their signs, their table."""

import geopandas as gpd
import pandas as pd

from qpvlib.catalogue import catalogue, wording
from qpvlib.document.blocks import Fold, Table
from qpvlib.figures.canvas import say
from qpvlib.project import kept
from qpvlib.tables.areas import METRES, Neighbourhood, places

SIGNS = {"france_services": "s", "hopital": "P"}
TOLD = ["kind", "name", "commune", "distance_m"]


@kept("tidy", "root")
def near(place: Neighbourhood) -> gpd.GeoDataFrame:
    """Those that a map shows: the columns ``TOLD``, their ``source`` and a point."""
    rows = places(place)
    rows = rows[rows.kind.isin(SIGNS)]
    rows = rows[rows.distance_m <= catalogue().rule("near")]
    points = gpd.points_from_xy(rows.longitude, rows.latitude, crs=4326)
    return gpd.GeoDataFrame(rows[[*TOLD, "source"]].reset_index(drop=True), geometry=points).to_crs(
        METRES
    )


def listed(place: Neighbourhood, data: pd.DataFrame) -> tuple[Fold, ...]:
    """The table of those that a map shows, folded; nothing where there is none."""
    if data.empty:
        return ()
    rows = tuple(
        (say(row.kind), wording.proper(row.name), wording.distance(row.distance_m))
        for row in data.itertuples(index=False)
    )
    head = say("column_service"), say("column_name"), say("column_distance")
    return (Fold(say("maps_data"), Table(say("map_table", of=place.of), head, rows), data=True),)
