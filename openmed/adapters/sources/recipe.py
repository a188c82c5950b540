"""`recipe:FOLDER[#BUILD]`: the candidate is built by a script of the release repository."""

import sys
import tomllib
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import Field

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.disk.hashing import file_digest, listing
from openmed.adapters.process.child_process import Confinement, run_logged
from openmed.adapters.process.isolation import Isolation, Rooms
from openmed.adapters.sources.installed_sources import SourcePlace
from openmed.adapters.sources.local_folder import folder_inside
from openmed.adapters.sync.provenance import last_commit
from openmed.domain.candidates.candidate import Candidate, RelativePath, ReproParts
from openmed.domain.digest import digest_of, tree_digest
from openmed.domain.frozen import Frozen
from openmed.domain.wire import from_plain, read_json
from openmed.errors import EvidenceError, ExternalError
from openmed.ports.execution import Progress
from openmed.ports.inputs import SourceState

FILE_NAME = "recipe.toml"
DEFAULT_BUILD = "default"
_NOT_SOURCE = frozenset({"__pycache__"})


class Recipe(Frozen):
    """What `recipe.toml` says.

    Attributes:
        script: training script, run as `python SCRIPT --build NAME --out FOLDER`.
        data_manifest: what it trains on.
        base_model: what it starts from, or `none`.
        notes: script that writes what it trains on, run as `python NOTES --out FILE`: one JSON
            string a line. Suites are compared with it.
        timeout_seconds: most time it may take.
        builds: names of the builds it knows.
    """

    schema_: Literal["openmed.recipe/1"] = Field(alias="schema")
    script: RelativePath
    data_manifest: RelativePath
    base_model: Annotated[str, Field(min_length=1)]
    notes: RelativePath | None = None
    timeout_seconds: Annotated[int, Field(ge=1)]
    builds: frozenset[str]


class RecipeSource:
    """A script that builds the files."""

    def fault(self, candidate: Candidate) -> str:  # noqa: ARG002 - a source's
        """Nothing: whether the recipe has the build is seen when it is read."""
        return ""

    def state(self, candidate: Candidate, *, root: Path) -> SourceState:
        """The recipe's files and the parts of its repro_hash."""
        folder, build = _located(candidate, root)
        return recipe_state(folder, build, what=candidate.slot)

    def fetch(self, candidate: Candidate, place: SourcePlace) -> Path:
        """Run the training script."""
        folder, build = _located(candidate, place.root)
        build_recipe(
            folder,
            build,
            homes=place.scratch,
            out=place.target,
            isolation=place.isolation,
            log=place.log,
            what=candidate.slot,
            progress=place.progress,
        )
        return place.target


def _located(candidate: Candidate, root: Path) -> tuple[Path, str]:
    reference, _, build = candidate.source_reference.partition("#")
    return folder_inside(root, candidate, reference), build or DEFAULT_BUILD


def read_recipe(folder: Path, *, what: str) -> Recipe:
    """Read a recipe.

    Raises:
        EvidenceError: missing or malformed.
    """
    path = folder / FILE_NAME
    try:
        table = tomllib.loads(
            limited_read.read_bytes(path, most=limited_read.CONFIGURATION).decode()
        )
    except OSError:
        msg = f"{what}: there is no {FILE_NAME} in the recipe folder"
        raise EvidenceError(msg) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{what}: {FILE_NAME} is not valid TOML: {error}"
        raise EvidenceError(msg) from None
    # The settings of a build belong to the script; only their names matter here.
    builds = table.get("builds", {})
    names = sorted(builds) if isinstance(builds, dict) else []
    return from_plain(Recipe, {**table, "builds": names}, what=f"{what}: {FILE_NAME}")


def recipe_state(folder: Path, build: str, *, what: str) -> SourceState:
    """What the recipe is now: its files, and the four parts of the repro_hash."""
    recipe = read_recipe(folder, what=what)
    if build not in recipe.builds:
        known = ", ".join(sorted(recipe.builds)) or "none"
        msg = f"{what}: the recipe has no build {build!r} (known: {known})"
        raise EvidenceError(msg)
    files = listing(folder, without=_NOT_SOURCE)
    source = tree_digest(files)
    manifest = folder / recipe.data_manifest
    if not manifest.is_file():
        msg = f"{what}: the recipe names {recipe.data_manifest}, which is not there"
        raise EvidenceError(msg)
    script = tuple(file for file in files if file.path != recipe.data_manifest)
    return SourceState(
        source=digest_of({"build": build, "tree": source}),
        repro=ReproParts(
            recipe=digest_of({"build": build, "tree": tree_digest(script)}),
            data_manifest=file_digest(manifest),
            base_model=recipe.base_model,
            git_sha=last_commit(folder, what=what) or f"tree:{source}",
        ),
    )


def build_recipe(  # noqa: PLR0913 - every place is an argument; none has a default
    folder: Path,
    build: str,
    *,
    homes: Path,
    out: Path,
    isolation: Isolation,
    log: Path,
    what: str,
    progress: Progress,
) -> None:
    """Run the training script in a child process; its files appear in `out`.

    Raises:
        ExternalError: the script failed, was killed or took too long.
    """
    recipe = read_recipe(folder, what=what)
    script = folder / recipe.script
    command = [sys.executable, "-B", "-s", str(script), "--build", build, "--out", str(out)]
    code = run_logged(
        command,
        homes=homes,
        cwd=folder,
        log=log,
        timeout=float(recipe.timeout_seconds),
        confinement=_confinement(isolation, folder, out),
        progress=progress,
    )
    if code != 0:
        msg = f"{what}: the training script exited with {code}"
        raise ExternalError(msg, next_step=f"read {log}")


def _confinement(isolation: Isolation, folder: Path, out: Path) -> Confinement:
    """A recipe reads its own folder and writes what it makes; nothing else of the repository."""
    rooms = Rooms(executable=(folder.resolve(),), writable=(out.resolve(),))
    return Confinement(isolation, rooms)


def training_notes(
    recipes: Path, *, homes: Path, logs: Path, isolation: Isolation
) -> tuple[str, ...]:
    """Texts that every recipe of a folder trains on; none of one that does not say.

    Raises:
        EvidenceError: a script wrote something else than texts.
        ExternalError: a script failed, was killed or took too long.
    """
    texts: list[str] = []
    for recipe in sorted(recipes.glob("*/recipe.toml")):
        folder = recipe.parent
        with atomic.scratch_folder(homes) as home:
            log = logs / f"notes-{folder.name}.log"
            texts += _training_notes(
                folder, homes=home, isolation=isolation, log=log, what=folder.name
            )
    return tuple(texts)


def _training_notes(
    folder: Path, *, homes: Path, isolation: Isolation, log: Path, what: str
) -> tuple[str, ...]:
    """Texts a recipe trains on; none when it does not say.

    Raises:
        EvidenceError: the script wrote something else than texts.
        ExternalError: the script failed, was killed or took too long.
    """
    recipe = read_recipe(folder, what=what)
    if recipe.notes is None:
        return ()
    made = homes / "made"
    made.mkdir()
    out = made / "notes.jsonl"
    command = [sys.executable, "-B", "-s", str(folder / recipe.notes), "--out", str(out)]
    code = run_logged(
        command,
        homes=homes,
        cwd=folder,
        log=log,
        timeout=float(recipe.timeout_seconds),
        confinement=_confinement(isolation, folder, made),
    )
    if code != 0 or not out.is_file():
        msg = f"{what}: {recipe.notes} exited with {code}; wanted its training notes"
        raise ExternalError(msg, next_step=f"read {log}")
    lines = [line for line in out.read_bytes().split(b"\n") if line.strip()]
    texts = tuple(read_json(line, what=f"{what}: a training note") for line in lines)
    if not all(isinstance(text, str) for text in texts):
        msg = f"{what}: {recipe.notes} wrote something else than one JSON string a line"
        raise EvidenceError(msg)
    return cast("tuple[str, ...]", texts)
