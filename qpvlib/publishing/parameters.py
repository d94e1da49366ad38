"""What each notebook is given: its parameters, checked before anything starts."""

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from qpvlib.catalogue import QpvError, axes, unknown
from qpvlib.tables.areas import before, neighbourhood


class Parameters(BaseModel):
    """Parameters of a notebook that has none: papermill would accept anything, this does not."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DiagnosticParameters(Parameters):
    """Parameters of the diagnostic: the code of a neighbourhood, of 2015 or of 2024."""

    code: str

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        return before(neighbourhood(code)).code


class LaterParameters(Parameters):
    """Parameters of the page of a perimeter of 2024: its code."""

    code: str

    @field_validator("code")
    @classmethod
    def _known(cls, code: str) -> str:
        place = neighbourhood(code)
        if place.generation != "2024":
            raise QpvError(f"{place.code} est un périmètre de 2015 ; en 2024 : {place.successor}.")
        return place.code


class RoadmapParameters(Parameters):
    """Parameters of the feuille de route: a scheme of axes; empty, the territory's."""

    scheme: str = ""

    @field_validator("scheme")
    @classmethod
    def _known(cls, scheme: str) -> str:
        return axes.scheme_name(scheme)


class PairParameters(Parameters):
    """Parameters of two neighbourhoods side by side: their codes, of 2015 or of 2024."""

    a: str
    b: str

    @field_validator("a", "b")
    @classmethod
    def _known(cls, code: str) -> str:
        return before(neighbourhood(code)).code


class CoverageParameters(Parameters):
    """Parameters of the coverage of needs, or of the planning of a summer: a year."""

    year: int


class SummerParameters(CoverageParameters):
    """Parameters of the summer board: its year, and the date it is seen from (2021-07-20)."""

    at: str


MODELS: dict[str, type[Parameters]] = {
    "comparaison.ipynb": PairParameters,
    "diagnostic.ipynb": DiagnosticParameters,
    "perimetre_2024.ipynb": LaterParameters,
    "feuille_de_route.ipynb": RoadmapParameters,
    "couverture.ipynb": CoverageParameters,
    "preparation_ete.ipynb": CoverageParameters,
    "quartiers_ete.ipynb": SummerParameters,
}


def checked(notebook: str, parameters: dict) -> dict:
    """Parameters of a notebook, held to its typed model, before anything starts.

    A name that it does not have, one it lacks, a wrong type, an unknown code raise ``QpvError``.
    """
    model = MODELS.get(notebook, Parameters)
    try:
        return model(**parameters).model_dump()
    except ValidationError as error:
        faults = [_parameter_fault(notebook, model, detail) for detail in error.errors()]
        raise QpvError(" ; ".join(faults)) from None


def _parameter_fault(notebook: str, model: type[Parameters], detail: dict) -> str:
    name = ".".join(map(str, detail["loc"]))
    if detail["type"] == "extra_forbidden":
        names = list(model.model_fields)
        listing = f"{notebook} attend : {', '.join(names) or 'aucun paramètre'}."
        return unknown("Le paramètre", name, names, listing)
    if detail["type"] == "missing":
        return f"Le paramètre « {name} » de {notebook} manque."
    kind = "un nombre entier" if detail["type"].startswith("int") else "un texte"
    return f"Le paramètre « {name} » de {notebook} vaut {detail['input']!r} : {kind} est attendu."
