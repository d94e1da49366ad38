"""Producers' files → the project's own tables (``qpv build``): all or nothing."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from qpvlib import indicators, paths, tables
from qpvlib.areas import DEGREES, METRES
from qpvlib.catalogue import Catalogue, catalogue, slug
from qpvlib.tables import Fault, FileFaults, Reading, area_id

OVERSEAS = r"QP97|QP98"
NEAREST = {"college": 3, "france_services": 2, "hopital": 2}


@dataclass(frozen=True)
class Raw:
    """Everything read from the producers' files."""

    rows: dict[str, pd.DataFrame]

    def __getitem__(self, source: str) -> pd.DataFrame:
        return self.rows[source]


def read_all(raw: Path) -> Raw:
    """Read every source of the catalogue.

    Raises
    ------
    FileFaults
        With every fault of every file.
    """
    readings = {code: tables.read(source, raw) for code, source in catalogue().sources.items()}
    faults = [fault for reading in readings.values() for fault in reading.faults]
    faults += _unknown_codes(readings)
    if faults:
        raise FileFaults(faults)
    return Raw({code: reading.rows for code, reading in readings.items()})


def _unknown_codes(readings: dict[str, Reading]) -> list[Fault]:
    """A QPV that the list of legal populations does not have is not a QPV."""
    reference = readings["insee_population"].rows
    if not len(reference):
        return []
    known = set(reference.area)
    faults = []
    for code, source in catalogue().sources.items():
        rows = readings[code].rows
        if source.level != "neighbourhood" or not len(rows):
            continue
        for area in sorted(set(rows.area[rows.area.str.match("QP")]) - known):
            row = rows[rows.area == area].iloc[0]
            if source.key_pattern and not pd.Series([area]).str.fullmatch(source.key_pattern)[0]:
                continue  # already told as badly formed
            entry = next(
                (f for f in source.files if f.edition == row.edition), source.files[0]
            )
            found = f"« {area} » n'est pas un quartier prioritaire connu"
            remedy = "Vérifier le code dans la liste des populations des quartiers."
            faults.append(Fault(entry.path, found, remedy, int(row.line), source.key))
    return faults


# --- observations ----------------------------------------------------------------------------


def observations(raw: Raw, places: pd.DataFrame, kept: set[str]) -> pd.DataFrame:
    """Every observation of every indicator, for every area of the files.

    ``kept`` are the neighbourhoods built: a local list of places says nothing of the others.

    Raises
    ------
    FileFaults
        When two sources disagree on the same area and year.
    """
    known, parts, faults = catalogue(), [], []
    for code, indicator in known.indicators.items():
        found = [
            indicators.measured(code, indicator, entry, raw[entry.source])
            for entry in (*indicator.inputs, *indicator.context)
        ]
        if indicator.nearest:
            found.append(_nearest_figure(code, indicator, places, kept))
        faults += _disagreements(code, indicator.unit, found, known)
        parts.append(indicators.once(indicators.settled(found)))
    if faults:
        raise FileFaults(faults)
    return pd.concat(parts, ignore_index=True)


def _disagreements(code: str, unit: str, parts: list[pd.DataFrame], known: Catalogue) -> list[Fault]:
    rows = pd.concat([part for part in parts if len(part)]).dropna(subset=["value"])
    tolerance = 0.51 if unit == "€" else known.rule("agreement")
    keys = ["area", "year"]
    grouped = rows.groupby(keys).value
    spread = grouped.max() - grouped.min()
    worst = spread[spread > tolerance]
    if worst.empty:
        return []
    area, year = worst.index[0]
    pair = rows[(rows.area == area) & (rows.year == year)]
    values = ", ".join(f"{r.value:g} ({r.source}, édition {r.edition})" for r in pair.itertuples())
    entry = known.sources[pair.source.iloc[-1].partition("/")[0]].files[0]
    return [
        Fault(
            entry.path,
            f"{code} : {len(worst)} valeurs diffèrent d'un fichier à l'autre pour la même année,"
            f" par exemple {area} en {year} : {values}",
            "Chercher lequel a été corrigé ; vérifier le registre des années (sources.toml).",
        )
    ]


def _nearest_figure(code: str, indicator, places: pd.DataFrame, kept: set[str]) -> pd.DataFrame:
    nearest = indicator.nearest
    rows = places[places.kind == nearest.kind]
    if nearest.kind == "college":
        rows = rows[rows.sector == "Public"]
    rows = rows.sort_values("distance_m").drop_duplicates("neighbourhood")
    if not nearest.national:
        rows = rows[rows.neighbourhood.isin(kept)]
    source = catalogue().sources[nearest.source]
    block = next(iter(source.blocks))
    edition = source.files[0].edition
    value = rows[nearest.column or "distance_m"].to_numpy()
    return pd.DataFrame(
        {
            "area": rows.neighbourhood.to_numpy(),
            "generation": "2015",
            "indicator": code,
            "year": edition,
            "year_status": "verified",
            "edition": edition,
            "value": value,
            "decimals": indicator.decimals,
            "numerator": float("nan"),
            "denominator": float("nan"),
            "status": np.where(np.isnan(value), "not_published", "published"),
            "note": "",
            "source": f"{nearest.source}/{block}",
        }
    )


# --- distributions and noise -----------------------------------------------------------------


def distributions(rows: pd.DataFrame) -> pd.DataFrame:
    """Percentiles of each indicator and year over the metropolitan QPV of 2015.

    Returns
    -------
    DataFrame
        ``indicator, year, n, min, p01 … p99, max, source``.
    """
    grid = np.arange(0, 101) / 100
    names = ["min", *tables.PERCENTILES, "max"]
    metropolitan = rows[
        (rows.generation == "2015") & ~rows.area.str.match(OVERSEAS) & rows.value.notna()
    ]
    return pd.DataFrame(
        [
            {"indicator": indicator, "year": year, "n": len(part)}
            | dict(zip(names, np.quantile(part.value, grid).round(6), strict=True))
            | {"source": part.source.mode()[0]}
            for (indicator, year), part in metropolitan.groupby(["indicator", "year"], sort=True)
            if len(part) >= 100
        ]
    )


def size_class(population: float) -> str:
    """Size class of a QPV by its inhabitants, with the rules' limits.

    >>> size_class(1360), size_class(4487), size_class(11284)
    ('0-2499', '2500-4999', '5000+')
    """
    low, high = catalogue().rule("size_classes")
    if population >= high:
        return f"{high}+"
    return f"0-{low - 1}" if population < low else f"{low}-{high - 1}"


def noise(rows: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """Change between two years that nine QPV out of ten do not exceed, by size class.

    Parameters
    ----------
    rows : DataFrame
        National observations.
    sizes : Series of str
        Size class by area.

    Returns
    -------
    DataFrame
        ``indicator, size_class, year_from, year_to, n, p50, p90, source`` in the indicator's unit.
    """
    known, found = catalogue(), []
    rank = known.rule("noise_rank") / 100
    for code, indicator in known.indicators.items():
        if indicator.noise.years is None:
            continue
        first, second = indicator.noise.years
        part = rows[(rows.indicator == code) & (rows.generation == "2015")]
        part = part[~part.area.str.match(OVERSEAS)]
        wide = part.pivot(index="area", columns="year", values="value")
        change = (wide[second] - wide[first]).abs().dropna()
        groups = [("ensemble", change), *change.groupby(sizes.reindex(change.index))]
        found += [
            {
                "indicator": code,
                "size_class": name,
                "year_from": first,
                "year_to": second,
                "n": len(values),
                "p50": round(values.quantile(0.5), 4),
                "p90": round(values.quantile(rank), 4),
                "source": part.source.iloc[0],
            }
            for name, values in groups
            if name == "ensemble" or len(values) >= known.rule("noise_pairs")
        ]
    return pd.DataFrame(found)


# --- areas -----------------------------------------------------------------------------------


def neighbourhoods(raw: Raw, departements: tuple[str, ...]) -> pd.DataFrame:
    """Identity of the neighbourhoods of the départements (``("all",)``: metropolitan France)."""
    shapes = raw["anct_perimetres_2015"]
    shapes = shapes.assign(departement=shapes.area.map(departement_of))
    if departements != ("all",):
        shapes = shapes[shapes.departement.isin(departements)]
    declared = pd.read_csv(paths.CATALOGUE / "neighbourhoods.csv", dtype=str).set_index("code")
    links = raw["anct_correspondance"].set_index("qp2015")
    hectares = _geo(shapes).geometry.area / 1e4
    sizes = sizes_of(raw)
    official = shapes.nom_qp.tolist()
    names = [declared.name.get(c, n) for c, n in zip(shapes.area, official, strict=True)]
    status = {"INCHANGE": "unchanged", "MODIFIE": "modified", "NOUVEAU": "new"}
    regions = dict(zip(raw["insee_cog"].departement, raw["insee_cog"].region, strict=True))
    table = pd.DataFrame(
        {
            "code": shapes.area,
            "generation": "2015",
            "name": names,
            "official_name": official,
            "slug": [slug(name) for name in names],
            "departement": shapes.departement,
            "region": shapes.departement.map(regions).fillna(""),
            "contract": shapes.area.map(declared.contract).fillna(""),
            "successor": shapes.area.map(links.area).fillna(""),
            "successor_name": shapes.area.map(links.label_qp2024).fillna(""),
            "successor_status": shapes.area.map(links.statut.map(status)).fillna(""),
            "area_ha": hectares.round(4),
            "size_class": shapes.area.map(sizes).fillna("ensemble"),
            "source": "anct_perimetres_2015",
        }
    )
    return table.sort_values("code").reset_index(drop=True)


def departement_of(code: str) -> str:
    """Département of a QPV by its code, Corsica included.

    >>> departement_of("QP045016"), departement_of("QP02A001"), departement_of("QN04516I")
    ('45', '2A', '45')
    """
    return code[2:5].removeprefix("0")


def sizes_of(raw: Raw) -> pd.Series:
    """Size class of every QPV by its population of 2018."""
    rows = raw["insee_population"]
    rows = rows[rows.edition == 2018].set_index("area")
    return rows["pop"].dropna().map(size_class)


def containment(raw: Raw, places: pd.DataFrame) -> pd.DataFrame:
    """The areas that contain each neighbourhood; communes with their share of its surface.

    The communes are those that Insee lists; their shares come from the outlines where the raw
    folder has them, and are missing elsewhere.
    """
    cog = raw["insee_cog"].set_index("area")
    listed = _listed_communes(raw, cog)
    shares = _commune_shares(raw)
    rows = []
    for place in places.itertuples():
        communes = listed.get(place.code, [])
        known = {c: shares.get((place.code, c)) for c in communes}
        whole = sum(s for s in known.values() if s) or None
        order = sorted(communes, key=lambda c: (-(known[c] or 0), c))
        for commune in order:
            part = round(known[commune] / whole, 4) if whole and known[commune] else None
            rows.append((place.code, commune, "commune", part if len(order) > 1 else 1.0))
        rows += [(place.code, e, "epci", None) for e in dict.fromkeys(
            cog.siren_epci[c] for c in order if c in cog.index
        )]
        rows.append((place.code, area_id("departement", place.departement), "departement", None))
        if place.region:
            rows.append((place.code, area_id("region", place.region), "region", None))
        rows += [(place.code, "FR", "france", None), (place.code, "METRO", "metropole", None)]
    table = pd.DataFrame(rows, columns=["neighbourhood", "area", "level", "share"])
    return table.assign(share=table.share.astype(float), source="anct_perimetres_2015, ign_communes")


def _listed_communes(raw: Raw, cog: pd.DataFrame) -> dict[str, list[str]]:
    codes = {name: code for code, name in cog.lib_com.items()}
    rows = raw["insee_population"].drop_duplicates("area").set_index("area")
    listed = {area: [commune] for area, commune in rows.insee_com.items()}
    latest = raw["insee_demo"].sort_values("edition").dropna(subset=["LIB_COM"])
    for row in latest[latest.LIB_COM != ""].itertuples():
        names = [codes.get(name.strip()) for name in row.LIB_COM.split(",")]
        if all(names):
            listed[row.area] = names
    return listed


def _commune_shares(raw: Raw) -> dict[tuple[str, str], float]:
    shapes = _geo(raw["anct_perimetres_2015"])
    pieces = shapes.overlay(
        _geo(raw["ign_communes"]).rename(columns={"area": "commune"})[["commune", "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    sizes = pieces.assign(size=pieces.geometry.area)
    return sizes.groupby(["area", "commune"])["size"].sum().to_dict()


def _geo(rows: pd.DataFrame):
    import geopandas

    return geopandas.GeoDataFrame(rows[["area", "geometry"]], crs=DEGREES).to_crs(METRES)


def areas(raw: Raw, inside: pd.DataFrame) -> pd.DataFrame:
    """Names of the areas of comparison, and the words that place a figure in them."""
    cog = raw["insee_cog"].set_index("area")
    epci = dict(zip(cog.siren_epci, cog.lib_epci, strict=True))
    filosofi = raw["insee_filosofi_territoires"].drop_duplicates("area", keep="last")
    labels = filosofi.set_index("area").LIBGEO
    rows = [
        (area, level, *_words(area, level, cog.lib_com.get(area, labels.get(area, area)), epci, labels))
        for area, level in inside[["area", "level"]].drop_duplicates().itertuples(index=False)
    ]
    table = pd.DataFrame(rows, columns=["area", "level", "name", "locative"])
    return table.assign(source="insee_cog").sort_values(["level", "area"])


def _words(area: str, level: str, name: str, epci: dict, labels: pd.Series) -> tuple[str, str]:
    known = catalogue()
    home = known.territory
    if level == "commune":
        of = "d'" if name[0] in "AEIOUYÉÈÊHÎÔ" and not name.startswith("Ha") else "de "
        return name, f"dans la commune {of}{name}"
    if level == "epci":
        contract = next((c for c in known.contracts.values() if c.epci == area), None)
        if contract:
            return contract.short, contract.locative
        return epci.get(area, area), f"dans l'intercommunalité ({epci.get(area, area)})"
    if level == "departement" and area == area_id(level, home["departement"]):
        return home["departement_name"], home["departement_in"]
    if level == "region" and area == area_id(level, home["region"]):
        return home["region_name"], home["region_in"]
    fixed = {
        "FR": ("France", "en France"),
        "METRO": ("France métropolitaine", "en France métropolitaine"),
    }
    label = labels.get(area, area)
    kind = {"departement": "le département", "region": "la région"}.get(level, "")
    return fixed.get(area, (label, f"dans {kind} ({label})"))


# --- places ----------------------------------------------------------------------------------


def places(raw: Raw, codes: list[str] | None = None) -> pd.DataFrame:
    """The nearest collèges, France services and hospitals, as the crow flies from the perimeter.

    Returns
    -------
    DataFrame
        One row per neighbourhood, kind and rank; ``distance_m`` in metres (0: inside).
    """
    shapes = _geo(raw["anct_perimetres_2015"])
    if codes is not None:
        shapes = shapes[shapes.area.isin(codes)]
    found = [
        _near(shapes, kind, points) for kind, points in _points(raw).items()
    ]
    table = pd.concat(found, ignore_index=True)
    return table.sort_values(["neighbourhood", "kind", "rank"]).reset_index(drop=True)


def _points(raw: Raw) -> dict[str, pd.DataFrame]:
    colleges = raw["men_colleges"]
    colleges = colleges[colleges.etat_etablissement_libe.str.upper() == "OUVERT"]
    services, hospitals = raw["anct_france_services"], raw["eurostat_hopitaux"]
    va = raw["depp_va"].sort_values("edition").drop_duplicates("area", keep="last")
    va = va.set_index("area")
    ips = raw["depp_ips"].set_index("area").ips
    dnb = raw["depp_dnb"].set_index("area").taux_de_reussite
    return {
        "college": pd.DataFrame(
            {
                "place": colleges.area,
                "name": colleges.appellation_officielle,
                "address": "",
                "commune": colleges.libelle_commune,
                "sector": colleges.secteur_public_prive_libe,
                "longitude": colleges.longitude,
                "latitude": colleges.latitude,
                "year": 2024.0,
                "ips": colleges.area.map(ips),
                "ips_year": 2022.0,
                "dnb": colleges.area.map(dnb),
                "dnb_year": 2021.0,
                "va": colleges.area.map(va["VA du taux de réussite - G"]),
                "va_year": colleges.area.map(va.edition.astype(float)),
                "source": "men_colleges, depp_ips, depp_dnb, depp_va",
            }
        ),
        "france_services": pd.DataFrame(
            {
                "place": services.area,
                "name": services.lib_fs,
                "address": services.adresse,
                "commune": services.lib_com,
                "sector": services.format_fs,
                "longitude": services.longitude,
                "latitude": services.latitude,
                "year": 2024.0,
                "source": "anct_france_services",
            }
        ),
        "hopital": pd.DataFrame(
            {
                "place": hospitals.area,
                "name": hospitals.hospital_name,
                "address": hospitals.facility_type,
                "commune": hospitals.city,
                "sector": hospitals.public_private,
                "longitude": hospitals.lon,
                "latitude": hospitals.lat,
                "year": 2020.0,
                "source": "eurostat_hopitaux",
            }
        ),
    }


def _near(shapes, kind: str, points: pd.DataFrame) -> pd.DataFrame:
    import geopandas

    points = points.dropna(subset=["longitude", "latitude"]).reset_index(drop=True)
    spots = geopandas.GeoSeries.from_xy(points.longitude, points.latitude, crs=DEGREES)
    spots = spots.to_crs(METRES)
    index = spots.sindex
    limits = (8_000, 60_000)  # beyond, a list of one département says nothing of another
    parts = []
    for row in shapes.itertuples():
        for limit in limits:
            close = np.sort(index.query(row.geometry.buffer(limit)))
            distance = spots.iloc[close].distance(row.geometry).sort_values(kind="stable")
            nearest = distance[distance <= limit].head(NEAREST[kind])
            if len(nearest) == NEAREST[kind]:
                break
        if kind == "college":  # the public one, always: it is the one that has an indicator
            public = distance[points.sector[distance.index] == "Public"].head(1)
            nearest = pd.concat([nearest, public]).groupby(level=0).first().sort_values(kind="stable")
        parts.append(
            points.loc[nearest.index].assign(
                neighbourhood=row.area,
                kind=kind,
                rank=np.arange(1.0, len(nearest) + 1),
                distance_m=nearest.round().to_numpy(),
            )
        )
    return pd.concat(parts, ignore_index=True)


# --- the whole -------------------------------------------------------------------------------


def build(raw: Path, folder: Path, departements: tuple[str, ...] | None = None) -> list[Path]:
    """Build the tidy tables from the producers' files, all or nothing.

    Parameters
    ----------
    raw : Path
        Folder of the producers' files, laid out as in ``sources.toml``.
    folder : Path
        Where the tables go; replaced only once all are written and checked.
    departements : tuple of str, optional
        Départements of the neighbourhoods kept (default: the territory's; ``("all",)``: all).

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileFaults
        With every fault; the folder is then untouched.
    """
    files = read_all(raw)
    scope = departements or (catalogue().territory["departement"],)
    kept = neighbourhoods(files, scope)
    near = places(files)
    national = observations(files, near, set(kept.code))
    inside = containment(files, kept)
    wanted = {*kept.code, *kept.successor, *inside.area} - {""}
    local = national[national.area.isin(wanted)].sort_values(indicators.KEYS)
    near = near[near.neighbourhood.isin(kept.code)]
    written = {
        "observations": local,
        "distributions": distributions(national),
        "noise": noise(national, sizes_of(files)),
        "neighbourhoods": kept,
        "areas": areas(files, inside),
        "containment": inside,
        "places": near,
    }
    ordered = {
        name: table[[*_order(name), *(c for c in table if c not in _order(name))]]
        for name, table in written.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        for name, table in ordered.items():
            tables.write(name, table, Path(work))
        _write_outlines(files, kept, inside, Path(work))
        for path in sorted(Path(work).iterdir()):
            os.replace(path, folder / path.name)
    return sorted(folder.iterdir())


def _order(name: str) -> list[str]:
    if name == "observations":
        return [
            "area", "generation", "indicator", "year", "year_status", "edition", "value",
            "decimals", "numerator", "denominator", "status", "note", "source",
        ]  # fmt: skip
    return [c for c in tables.TEXT[name] if c != "source"]


def _write_outlines(raw: Raw, kept: pd.DataFrame, inside: pd.DataFrame, folder: Path) -> None:
    shapes = raw["anct_perimetres_2015"]
    shapes = shapes[shapes.area.isin(kept.code)].sort_values("area")
    _geojson(
        shapes.rename(columns={"area": "code"})[["code", "geometry"]].assign(
            source="anct_perimetres_2015"
        ),
        folder / "perimeters.geojson",
        1e-6,
    )
    parts = []
    for source, level in (("ign_departement", "departement"), ("ign_epci", "epci"), ("ign_communes", "commune")):
        rows = raw[source]
        ids = rows.area.map(lambda code, level=level: area_id(level, code))
        near = set(inside.area)
        part = rows.assign(code=ids, level=level, source=source)
        parts.append(part[part.code.isin(near)].sort_values("code"))
    outline = pd.concat(parts)[["code", "level", "source", "geometry"]]
    _geojson(outline, folder / "outlines.geojson", 1e-4)


def _geojson(rows: pd.DataFrame, path: Path, grid: float) -> None:
    import geopandas

    frame = geopandas.GeoDataFrame(rows, crs=DEGREES).reset_index(drop=True)
    frame["geometry"] = frame.geometry.set_precision(grid)
    path.write_text(frame.to_json(drop_id=True, ensure_ascii=False) + "\n", encoding="utf-8")
