"""The pages of the site, as jobs: their notebook, their parameters, what they say of themselves."""

from dataclasses import dataclass, field

from qpvlib.catalogue import catalogue
from qpvlib.publishing import ANNEX
from qpvlib.tables.areas import Neighbourhood, neighbourhood, neighbourhoods, whole

LINKS = (("index.html", "Les quartiers"), ("synthese.html", "La synthèse"))
ROADMAP = ("feuille-de-route.html", "La feuille de route")


@dataclass(frozen=True)
class Page:
    """What a page says of itself, outside its notebook."""

    title: str
    description: str
    area: str
    foot: str
    footer: str
    links: tuple[tuple[str, str], ...] = ()
    large: bool = False
    words: int | None = field(default=None, metadata={"help": "most words of the first screen"})


@dataclass(frozen=True)
class Job:
    """One page or document to make: its notebook (or ``ANNEX``), its parameters, its file.

    ``code`` is the checksum of the code that must make it; ``known`` the inputs' checksum of the
    page already on disk, made by that code: found equal, no kernel starts.
    """

    name: str
    file: str
    notebook: str
    parameters: tuple[tuple[str, str | int], ...]
    page: Page
    code: str = ""
    known: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its HTML, or nothing to do, or the cell and cause of its failure."""

    job: Job
    html: bytes = b""
    inputs: str = ""
    code: str = ""
    unchanged: bool = False
    cell: int | None = None
    cause: str = ""
    notebook: str = ""
    warnings: tuple[str, ...] = ()
    start: float = 0.0
    cells: float = 0.0
    export: float = 0.0

    @property
    def failed(self) -> bool:
        """No page came out of it, or one that the gate refused."""
        return bool(self.cause)


def selected(codes: list[str] | None) -> list[Neighbourhood]:
    """Neighbourhoods by code, each once (None or empty: all).

    Raises
    ------
    QpvError
        For an unknown code, before anything starts.
    """
    if not codes:
        return list(neighbourhoods().values())
    return list({place.code: place for place in map(neighbourhood, codes)}.values())


def diagnosis(place: Neighbourhood) -> Job:
    """The job of one neighbourhood's diagnosis."""
    communes = ", ".join(commune.name for commune in place.communes)
    return Job(
        name=f"{place.name} ({place.code})",
        file=place.page,
        notebook="diagnostic.ipynb",
        parameters=(("code", place.code),),
        page=Page(
            title=f"{place.name}, {communes} : diagnostic de quartier",
            description=f"Diagnostic du quartier prioritaire {place.name} à {communes}"
            f" ({place.code}), projet non relu",
            area=place.code,
            foot=f"{place.name}, {communes} ({place.code}) · projet, non relu",
            footer=f"{place.office}. {place.name} ({place.code}), projet non relu.",
            links=LINKS if single() else (),
            words=catalogue().rule("first_screen_words"),
        ),
    )


def synthesis() -> Job:
    """The job of the synthesis."""
    office, of = whole()
    title = f"Synthèse des {len(neighbourhoods())} quartiers prioritaires {of}"
    return Job(
        "Synthèse", "synthese.html", "synthese.ipynb", (),
        Page(
            title=title, description=f"{title}, projet non relu", area=_territory(),
            foot="Synthèse des quartiers · projet, non relu",
            footer=f"{office}. Synthèse, projet non relu.", links=(LINKS[0], ROADMAP), large=True,
        ),
    )  # fmt: skip


def index() -> Job:
    """The job of the index."""
    office, of = whole()
    title = f"Les quartiers prioritaires {of}"
    return Job(
        "Index", "index.html", "index.ipynb", (),
        Page(
            title=title, description=f"{title} : un diagnostic pour chacun, projet non relu",
            area=_territory(), foot="Les quartiers prioritaires · projet, non relu",
            footer=f"{office}. Projet non relu.", links=(LINKS[1], ROADMAP),
        ),
    )  # fmt: skip


def roadmap() -> Job:
    """The job of the feuille de route."""
    office, of = whole()
    title = f"Feuille de route des {len(neighbourhoods())} quartiers prioritaires {of}"
    annex = (
        (f"{ANNEX}.html", "L'annexe de l'appel à projets"),
        (f"{ANNEX}.docx", "la même, en fichier Word"),
    )
    return Job(
        "Feuille de route", ROADMAP[0], "feuille_de_route.ipynb", (),
        Page(
            title=title, description=f"{title}, projet non relu", area=_territory(),
            foot="Feuille de route · projet, non relu",
            footer=f"{office}. Feuille de route, projet non relu.",
            links=(*LINKS, *annex), large=True,
        ),
    )  # fmt: skip


def annexes() -> list[Job]:
    """The jobs of the annex of the call for projects: the Word file and the page."""
    office, of = whole()
    title = f"Annexe de l'appel à projets, quartiers prioritaires {of}"
    about = Page(title, title, _territory(), title, f"{office}. {title}.", (LINKS[0], ROADMAP))
    forms = {"docx": "fichier Word", "html": "page"}
    return [
        Job(f"Annexe, {told}", f"{ANNEX}.{form}", ANNEX, (("form", form),), about)
        for form, told in forms.items()
    ]


def _territory() -> str:
    return f"D{catalogue().territory['departement']}"


def single() -> bool:
    """Whether the tables hold one département: an index and a synthesis of more would not read."""
    return len({place.departement for place in neighbourhoods().values()}) == 1


def of(codes: list[str] | None) -> list[Job]:
    """The jobs of a run: the diagnoses of ``codes`` and the index, or the whole site.

    The pages on all the neighbourhoods come first: they take longest, and no worker then waits.
    """
    together = [*annexes(), roadmap(), synthesis(), index()] if single() else []
    if codes:
        together = together[-1:]
    return [*together, *(diagnosis(place) for place in selected(codes))]
