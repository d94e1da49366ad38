"""The neighbourhoods kept, and the areas that contain them."""

import re
from typing import TYPE_CHECKING

import pandas as pd

from qpvlib.catalogue import catalogue, slug
from qpvlib.catalogue.departements import departements as french
from qpvlib.project import current
from qpvlib.tables.areas import DEGREES, METRES
from qpvlib.tables.construction import statistics
from qpvlib.tables.construction.files import Files
from qpvlib.tables.reading import area_id

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

COUNTRIES = {"france": "France", "metropole": "France métropolitaine"}
STATUS = {"INCHANGE": "unchanged", "MODIFIE": "modified", "NOUVEAU": "new"}


def departement_of(code: str) -> str:
    """Département of a QPV by its code, Corsica and overseas included.

    >>> departement_of("QP045016"), departement_of("QP02A001"), departement_of("QN04516I")
    ('45', '2A', '45')
    >>> departement_of("QN02A01N"), departement_of("QP001001"), departement_of("QP971001")
    ('2A', '01', '971')
    """
    return code[2:5].removeprefix("0")


def neighbourhoods(files: Files, departements: tuple[str, ...]) -> pd.DataFrame:
    """Identity of the neighbourhoods of the départements (``("all",)``: metropolitan France)."""
    shapes = files["anct_perimetres_2015"]
    shapes = shapes.assign(departement=shapes.area.map(departement_of))
    if departements != ("all",):
        shapes = shapes[shapes.departement.isin(departements)]
    place = current().catalogue / "neighbourhoods.csv"
    declared = pd.read_csv(place, dtype=str, keep_default_na=False).set_index("code")
    links = files["anct_correspondance"].drop_duplicates("qp2015").set_index("qp2015")
    official = [mended(name) for name in shapes.nom_qp]
    names = [declared.name.get(c, n) for c, n in zip(shapes.area, official, strict=True)]
    regions = {code: one.region.code for code, one in french().items()}
    table = pd.DataFrame(
        {
            "code": shapes.area,
            "generation": "2015",
            "name": names,
            "official_name": official,
            "slug": [slug(name) for name in names],
            "departement": shapes.departement,
            "region": shapes.departement.map(regions).fillna(""),
            "contract": _told(shapes.area, declared.contract),
            "successor": _told(shapes.area, links.area),
            "successor_name": _told(shapes.area, links.label_qp2024),
            "successor_status": _told(shapes.area, links.statut).map({"": ""} | STATUS),
            "area_ha": (geo(shapes).geometry.area / 1e4).round(2),
            "size_class": shapes.area.map(statistics.sizes_of(files)).fillna("ensemble"),
            "source": "anct_perimetres_2015",
        }
    )
    return table.sort_values("code").reset_index(drop=True)


def _told(codes: pd.Series, known: pd.Series) -> pd.Series:
    """What is known of each code, empty where nothing is: of all of them, sometimes."""
    texts = known.to_dict()
    return pd.Series([texts.get(code, "") for code in codes], codes.index, dtype=str)


def mended(name: str) -> str:
    """A name that was read in another encoding than its own, as it was meant.

    >>> mended("D\x92Avenir"), mended("ArÃ¨nes")
    ('D’Avenir', 'Arènes')
    """
    name = re.sub(
        r"[\xc2\xc3][\x80-\xbf]", lambda found: found[0].encode("latin-1").decode("utf-8"), name
    )
    return re.sub(
        r"[\x80-\x9f]", lambda found: found[0].encode("latin-1").decode("cp1252", "ignore"), name
    )


def geo(rows: pd.DataFrame) -> "GeoDataFrame":
    """Shapes of some rows as a GeoDataFrame, in metres."""
    import geopandas

    return geopandas.GeoDataFrame(rows[["area", "geometry"]], crs=DEGREES).to_crs(METRES)


def successors(files: Files, kept: pd.DataFrame) -> pd.DataFrame:
    """Outlines of 2024 of the neighbourhoods kept, by their successor's code.

    An unchanged one has its exact outline of 2015: that of 2024 is known simplified.
    """
    same = kept[kept.successor_status == "unchanged"].set_index("code").successor
    exact, later = files["anct_perimetres_2015"], files["anct_perimetres_2024"]
    exact = exact[exact.area.isin(same.index)]
    exact = exact.assign(code=exact.area.map(same), source="anct_perimetres_2015")
    later = later[later.area.isin(set(kept.successor) - set(same))]
    later = later.assign(code=later.area, source="anct_perimetres_2024")
    columns = ["code", "source", "geometry"]
    return pd.concat([exact[columns], later[columns]]).sort_values("code")


# --- communes --------------------------------------------------------------------------------


def communes(files: Files) -> set[str]:
    """Every commune where a neighbourhood is."""
    if not {"insee_population", "insee_demo"} <= set(files):
        return set()
    return {commune for listed in _listed(files).values() for commune in listed}


def _listed(files: Files) -> dict[str, list[str]]:
    """Communes of each neighbourhood as Insee lists them: by name, sometimes several in a cell."""
    codes = {
        (code[: 3 if code.startswith("97") else 2], name): code
        for code, name in commune_names(files).items()
        if name
    }
    rows = files["insee_population"].drop_duplicates("area").set_index("area")
    listed = {area: [commune] for area, commune in rows.insee_com.items()}
    for area, cell in _commune_cells(files).items():
        names = [name.strip() for name in cell.split(",")]
        found = [codes.get((departement_of(area), name)) for name in names]
        if all(found):
            listed[area] = found
    return listed


def _commune_cells(files: Files) -> dict[str, str]:
    """Names of each neighbourhood's communes, from the latest file that has them."""
    if "LIB_COM" not in files["insee_demo"]:
        return {}
    rows = files["insee_demo"].sort_values("edition", kind="stable").dropna(subset=["LIB_COM"])
    rows = rows[rows.LIB_COM != ""]
    return dict(zip(rows.area, rows.LIB_COM, strict=True))


def commune_names(files: Files) -> dict[str, str]:
    """Name of each commune: the official list's, else Filosofi's, else the neighbourhoods' own."""
    population = files["insee_population"].drop_duplicates("area").set_index("area").insee_com
    single = {
        population[area]: cell
        for area, cell in _commune_cells(files).items()
        if "," not in cell and area in population.index
    }
    filosofi = files.get("insee_filosofi_territoires", pd.DataFrame(columns=["area", "level"]))
    rows = filosofi[filosofi.level == "commune"].drop_duplicates("area", keep="last")
    published = dict(zip(rows.area, rows.get("LIBGEO", []), strict=True))
    cog = files["insee_cog"]
    return single | published | dict(zip(cog.area, cog.lib_com, strict=True))


# --- what contains what ----------------------------------------------------------------------


def containment(files: Files, kept: pd.DataFrame) -> pd.DataFrame:
    """The areas that contain each neighbourhood; communes with their share of its surface.

    The communes are those that Insee lists; their shares come from the outlines where the raw
    folder has them, and are missing elsewhere.
    """
    shapes = files["anct_perimetres_2015"]
    found = contained(files, kept, _listed(files), shapes[shapes.area.isin(kept.code)])
    return found.assign(source=cited(files, "anct_perimetres_2015", "ign_communes"))


def cited(files: Files, *names: str) -> str:
    """Those sources that were read."""
    return ", ".join(name for name in names if name in files)


def contained(
    files: Files, places: pd.DataFrame, listed: dict[str, list[str]], shapes: pd.DataFrame
) -> pd.DataFrame:
    """The same of any neighbourhoods, whose communes and outlines are given."""
    epci = intercommunalities(files).set_index("area").siren_epci
    shares, rows = _shares(files, shapes), []
    for place in places.itertuples():
        held = {c: shares.get((place.code, c)) for c in listed.get(place.code, [])}
        order = sorted(held, key=lambda c: (-(held[c] or 0), c))
        whole = sum(share for share in held.values() if share) or None
        for commune in order:
            part = round(held[commune] / whole, 4) if whole and held[commune] else None
            rows.append((place.code, commune, "commune", part if len(order) > 1 else 1.0))
        around = dict.fromkeys(epci[c] for c in map(_whole, order) if c in epci.index)
        rows += [(place.code, code, "epci", None) for code in around]
        above = {"departement": place.departement, "region": place.region} | COUNTRIES
        rows += [
            (place.code, area_id(level, code), level, None) for level, code in above.items() if code
        ]
    table = pd.DataFrame(rows, columns=["neighbourhood", "area", "level", "share"])
    return table.assign(share=table.share.astype(float))


def intercommunalities(files: Files) -> pd.DataFrame:
    """The intercommunalité of each commune: ``area, siren_epci, lib_epci``.

    From the official list of communes; elsewhere, from that of the communes of the QPV of 2024.
    """
    columns = ["area", "siren_epci", "lib_epci"]
    listed = pd.concat([files[name][columns] for name in ("insee_cog", "anct_communes")])
    return listed[listed.siren_epci != ""].drop_duplicates("area")


def _whole(commune: str) -> str:
    """The commune that an arrondissement of Paris, Lyon or Marseille is part of.

    >>> _whole("69387"), _whole("13204"), _whole("75118"), _whole("45155")
    ('69123', '13055', '75056', '45155')
    """
    parts = {"6938": "69123", "1320": "13055", "1321": "13055", "751": "75056"}
    return next((whole for part, whole in parts.items() if commune.startswith(part)), commune)


def _shares(files: Files, shapes: pd.DataFrame) -> dict[tuple[str, str], float]:
    if "ign_communes" not in files:
        return {}
    pieces = geo(shapes).overlay(
        geo(files["ign_communes"]).rename(columns={"area": "commune"}),
        how="intersection",
        keep_geom_type=True,
    )
    sizes = pieces.assign(size=pieces.geometry.area)
    return sizes.groupby(["area", "commune"])["size"].sum().to_dict()


# --- their names -----------------------------------------------------------------------------


def areas(files: Files, inside: pd.DataFrame) -> pd.DataFrame:
    """Names of the areas of comparison, and the words that place a figure in them."""
    epci = intercommunalities(files)
    filosofi = files["insee_filosofi_territoires"].drop_duplicates("area", keep="last")
    names = dict(zip(filosofi.area, filosofi.LIBGEO, strict=True))
    names |= commune_names(files) | dict(zip(epci.siren_epci, epci.lib_epci, strict=True))
    pairs = inside[["area", "level"]].drop_duplicates().itertuples(index=False)
    rows = [(area, level, *_words(area, level, names.get(area, area))) for area, level in pairs]
    table = pd.DataFrame(rows, columns=["area", "level", "name", "locative"])
    source = "insee_cog" if "insee_cog" in files else "anct_communes"
    return table.assign(source=source).sort_values(["level", "area"])


def _words(area: str, level: str, name: str) -> tuple[str, str]:
    """Name of an area, and the words that place a figure in it."""
    if level == "commune":
        return _town_words(name)
    if level == "epci":
        own = (c for c in catalogue().contracts.values() if c.epci == area)
        told = next(((c.short, c.locative) for c in own), None)
        return told or (name, f"dans l'intercommunalité ({name})")
    if level in COUNTRIES:
        return COUNTRIES[level], f"en {COUNTRIES[level]}"
    named = {area_id("departement", one.code): one for one in french().values()}
    named |= {area_id("region", one.region.code): one.region for one in french().values()}
    one = named.get(area)
    return (one.name, one.locative) if one else (name, f"dans le département ({name})")


def _town_words(name: str) -> tuple[str, str]:
    district = re.fullmatch(r"(.+) (\d+er?) Arrondissement", name)
    if not district:
        return name, f"dans la commune {of(name)}"
    town, rank = district.groups()
    return f"{town} {rank}", f"dans le {rank} arrondissement {of(town)}"


def of(name: str) -> str:
    """« de » before the name of a commune.

    >>> of("Orléans"), of("Gien"), of("Le Havre"), of("Les Mureaux"), of("La Chapelle")
    ("d'Orléans", 'de Gien', 'du Havre', 'des Mureaux', 'de La Chapelle')
    >>> of("Yerres"), of("Yutz"), of("Hénin-Beaumont"), of("Hem"), of("Haubourdin")
    ("d'Yerres", 'de Yutz', "d'Hénin-Beaumont", 'de Hem', 'de Haubourdin')
    """
    for article, joined in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return joined + name.removeprefix(article)
    vowel = re.match("[AEIOUÉÈÊÎÔ]|Y(?!u)|H(?!a|em$|ou|œ|oe)", name)
    return f"d'{name}" if vowel else f"de {name}"
