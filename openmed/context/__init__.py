"""The only constructor of adapters: joins ports and files for one release repository.

An adapter is loaded where it is first made: most commands need few of them, and a run with nothing
to do almost none.
"""

import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from openmed.adapters import clock
from openmed.adapters.disk import atomic
from openmed.adapters.host import command_name
from openmed.adapters.inputs.root_folder import root_folder
from openmed.context.repository_code import installed
from openmed.context.repository_record import LOCK_SECONDS, RepositoryRecord
from openmed.ports.chosen import ANY, Chosen

if TYPE_CHECKING:
    from openmed.adapters.host.progress import EventSink
    from openmed.adapters.inputs.input_files import FileInputs
    from openmed.adapters.registries.installed_registries import SlotRegistries
    from openmed.adapters.registries.released_bytes import RegistryBytes
    from openmed.adapters.runners.worker_client import WorkerRunners
    from openmed.adapters.sources.new_candidate import NewCandidates
    from openmed.adapters.sources.published_models import HubModels
    from openmed.adapters.sources.staging import FileSources
    from openmed.adapters.stores.artifact_store import FileArtifactStore
    from openmed.adapters.stores.graph_cache import GraphCache
    from openmed.adapters.stores.page_cache import PageCache
    from openmed.adapters.stores.page_files import FilePages
    from openmed.adapters.stores.prediction_cache import FilePredictions
    from openmed.adapters.stores.product_store import FileProducts
    from openmed.adapters.stores.shard_uploads import FileUploads
    from openmed.adapters.suites.generated_suites import GeneratedSuites
    from openmed.domain.candidates.listed_references import ListedReferences
    from openmed.domain.gates.gate import Gate
    from openmed.domain.monitoring.reaction.reaction_policy import ReactionPolicy
    from openmed.ports.execution import Executor
    from openmed.ports.inputs import SuiteBuilder
    from openmed.ports.storage import BlobStore

program_name = command_name.program_name


@dataclass(frozen=True)
class Context(RepositoryRecord):
    """Every adapter of one release repository, made when first used."""

    def at_this_moment(self) -> "Context":
        """The same repository, read again, at the time it is now."""
        return replace(self, now=clock.now())

    @cached_property
    def inputs(self) -> "FileInputs":
        """Queue, policies, suites."""
        return self.fresh_inputs()

    @contextmanager
    def adding(self) -> Iterator[None]:
        """Hold what two commands that add a row may not hold at once.

        Raises:
            FlipConflictError: another one holds it for too long.
        """
        from openmed.adapters.inputs.queue_lock import queue_lock

        with queue_lock(self.root / "artifacts", seconds=LOCK_SECONDS):
            yield

    @cached_property
    def generated_suites(self) -> "GeneratedSuites":
        """Writes the suites that are made from a secret, as of the epoch of this run."""
        from openmed.adapters.code import code_roots
        from openmed.adapters.keys.suite_secret import secret_place
        from openmed.adapters.suites import generated_suites

        return generated_suites.GeneratedSuites(
            now=self.now,
            secret=secret_place(self.keys.private, os.environ),
            environ=os.environ,
            code=cache(lambda: self.code.digest(code_roots.CORPUS)),
            kept=self.artifacts / generated_suites.FILE_NAME,
        )

    @cached_property
    def suite_builder(self) -> "SuiteBuilder":
        """Writes the suites that have a seed; loaded when first needed: only `suite build` is."""
        from openmed.adapters.suites.corpus_suites import CorpusSuites

        return CorpusSuites()

    def reactions(self, *, is_shipped: bool = False) -> "ReactionPolicy":
        """What follows from each kind of regression.

        Args:
            is_shipped: as the engine ships it, whatever the file here says.

        Raises:
            PolicyError: the file cannot be used.
        """
        from openmed.adapters.inputs.reaction_file import read_reaction, shipped_reaction

        return shipped_reaction() if is_shipped else read_reaction(self.root)

    def fresh_inputs(self) -> "FileInputs":
        """Queue, policies and suites, read again."""
        from openmed.adapters.inputs.input_files import FileInputs

        return FileInputs(self.root, environ=os.environ, generated=self.generated_suites)

    def listed_references(self, repo_id: str) -> "ListedReferences":
        """What the catalogue says of a repository, for its card."""
        from openmed.adapters.inputs.catalogue_file import listed_in

        return listed_in(self.root, repo_id)

    @cached_property
    def shown_inputs(self) -> "FileInputs":
        """The same for who only shows them: a file that was parsed before is not parsed again."""
        from openmed.adapters.inputs.input_files import FileInputs
        from openmed.adapters.shown.kept_tables import KeptTables

        kept = KeptTables(self.artifacts / "standing" / "tables.json", disk=self.disk)
        return FileInputs(self.root, environ=os.environ, generated=self.generated_suites, kept=kept)

    def shown_decisions(self, slots: Iterable[str], *, product: str) -> Mapping[str, str]:
        """What the verdict of each slot says it decided; empty where it has none."""
        from openmed.adapters.shown.shown_decisions import ShownDecisions

        file = self.artifacts / "standing" / "decisions.json"
        paths = {slot: self.products.path(slot, product) for slot in slots}
        return ShownDecisions(file, disk=self.disk).of(paths)

    @cached_property
    def products(self) -> "FileProducts":
        """Products of steps."""
        from openmed.adapters.stores.product_store import FileProducts

        return FileProducts(self.artifacts / "runs", disk=self.disk)

    @cached_property
    def store(self) -> "FileArtifactStore":
        """Staged trees."""
        from openmed.adapters.stores.artifact_store import FileArtifactStore

        return FileArtifactStore(self.artifacts / "staged")

    @cached_property
    def sources(self) -> "FileSources":
        """Where candidates come from."""
        from openmed.adapters.sources.staging import FileSources

        return FileSources(
            self.root,
            store=self.store,
            products=self.products,
            profiles=self.profiles,
            downloads=self.artifacts / "downloads",
            progress=self.progress.detail,
            isolation=self.isolation,
        )

    @cached_property
    def new_candidates(self) -> "NewCandidates":
        """What is found out of a candidate before it has a row; loaded when first needed."""
        from openmed.adapters.sources.new_candidate import NewCandidates

        return NewCandidates(downloads=self.artifacts / "downloads")

    def published_models(self, *, most_calls: int) -> "HubModels":
        """Looks at repositories of the Hub, with so many questions; loaded when first needed.

        Raises:
            UsageError: huggingface_hub is not installed.
        """
        from openmed.adapters.hub.connection import connect
        from openmed.adapters.sources.published_models import HubModels

        return HubModels(connect("adopt"), most_calls=most_calls)

    @cached_property
    def graph_cache(self) -> "GraphCache":
        """What doit remembers."""
        from openmed.adapters.stores.graph_cache import GraphCache

        return GraphCache(self.artifacts / "doit.sqlite3")

    @cached_property
    def predictions(self) -> "FilePredictions":
        """Cached predictions."""
        from openmed.adapters.stores.prediction_cache import FilePredictions

        return FilePredictions(self.artifacts / "predictions")

    @cached_property
    def uploads(self) -> "FileUploads":
        """What the jobs of CI brought."""
        from openmed.adapters.stores.shard_uploads import FileUploads

        return FileUploads(self.artifacts / "shards")

    @cached_property
    def runners(self) -> "WorkerRunners":
        """Runs candidates in child processes."""
        from openmed.adapters.runners.worker_client import WorkerRunners

        homes = self.artifacts / "homes"
        return WorkerRunners(homes=homes, sources=self.code.files, isolation=self.isolation)

    @cached_property
    def executor(self) -> "Executor":
        """Where candidates compute.

        Raises:
            UsageError: the environment names no number of processes, or the cluster cannot be used.
        """
        from openmed.adapters.executors.open_executor import open_executor

        return open_executor(self.runners, self.chosen, environ=os.environ)

    @cached_property
    def registry(self) -> "SlotRegistries":
        """Where released bytes are served from, by slot."""
        from openmed.adapters.registries.released_bytes import marked

        opened = self._opened_registries
        if not opened.is_default_local:
            return opened
        return opened.with_default(marked(opened.default, self.memory.folder, disk=self.disk))

    @cached_property
    def _opened_registries(self) -> "SlotRegistries":
        from openmed.adapters.registries.installed_registries import RegistryPlace, open_registries

        return open_registries(
            RegistryPlace(
                root=self.root,
                folder=self.artifacts / "registry",
                store=self.store,
                disk=self.disk,
                work=self.artifacts / "hub",
                environ=self.environ,
                wait=self.wait,
            )
        )

    @cached_property
    def released_bytes(self) -> "RegistryBytes":
        """Bytes of releases: served, staged, or staged again."""
        from openmed.adapters.registries.released_bytes import RegistryBytes

        return RegistryBytes(self.registry, store=self.store, sources=self.sources)

    @property
    def is_registry_local(self) -> bool:
        """Whether nobody but this machine's people is served."""
        return self._opened_registries.is_local

    @cached_property
    def hoards(self) -> "tuple[BlobStore, BlobStore, BlobStore, BlobStore]":
        """Staged trees, released trees, downloads, pinned packages: what can be collected."""
        from openmed.adapters.stores.blob_store import FileBlobStore

        names = ("staged", "downloads", "packages")
        staged, downloads, packages = (FileBlobStore(self.artifacts / name) for name in names)
        return staged, self.registry, downloads, packages

    @cached_property
    def prediction_files(self) -> "BlobStore":
        """Files of predictions, by name."""
        from openmed.adapters.stores.blob_store import FileBlobStore

        return FileBlobStore(self.artifacts / "predictions")

    def packages_of(self, artifact: str) -> str | None:
        """Name of the folder of packages that a staged tree pins by hash; None where it pins none.

        Raises:
            OpenMedError: its profile or its pins cannot be read.
        """
        from openmed.adapters.runners.pinned_packages import packages_folder_of

        profile = self.store.profile(artifact)
        return packages_folder_of(Path(self.store.path(artifact)), profile)

    @cached_property
    def page_cache(self) -> "PageCache":
        """What earlier renderings left to go faster."""
        from openmed.adapters.stores.page_cache import PageCache

        return PageCache(self.artifacts / "page-cache", disk=self.disk)

    @cached_property
    def pages(self) -> "FilePages":
        """Trust artifacts."""
        from openmed.adapters.stores.page_files import FilePages

        folder = self.artifacts / "trust"
        return FilePages(folder, cache=self.page_cache, disk=self.disk)

    @cached_property
    def records(self) -> "FilePages":
        """Derived files beside the pointer."""
        from openmed.adapters.stores.page_files import FilePages

        folder = self.root / "gates"
        return FilePages(folder, cache=self.page_cache, disk=self.disk)

    def training_notes(self) -> tuple[str, ...]:
        """What the recipes of the repository train on, where they say it."""
        from openmed.adapters.sources.recipe import training_notes

        work, recipes = self.artifacts, self.root / "gates" / "recipes"
        homes, logs = work / "homes", work / "runs"
        return training_notes(recipes, homes=homes, logs=logs, isolation=self.isolation)

    def sweep_shown(self) -> int:
        """Remove what was left unfinished beside the record and the pages; the rest is for runs."""
        from openmed.adapters.disk import atomic

        return sum(map(atomic.sweep, (self.folders["record"], self.artifacts / "trust")))

    def sweep(self) -> int:
        """Remove what earlier runs that were killed left unfinished; how many there were."""
        return sum(map(atomic.sweep, self.folders.values())) + self.registry.sweep()


def open_context(
    root: Path, *, quiet: bool = False, tell: "EventSink | None" = None, chosen: Chosen = ANY
) -> Context:
    """Open one release repository; reads the clock once. The arguments are those of `Context`."""
    return Context(root_folder(root), clock.now(), quiet=quiet, tell=tell, chosen=chosen)


def new_seed() -> str:
    """What nobody could know before: what a sample is drawn by."""
    return secrets.token_hex(16)


def known_gates() -> "tuple[Gate, ...]":
    """Every gate a policy may name on this machine; a plug-in that is none is a UsageError."""
    return installed().gates


def new_repository_files(*, is_on_github: bool) -> dict[str, bytes]:
    """Every file a new release repository begins with, but its suites, by path."""
    from openmed.adapters.inputs import scaffold_files

    return scaffold_files.scaffold_files(is_on_github=is_on_github)


def shipped_versions() -> dict[str, frozenset[str]]:
    """Digests of every version of a file of a release repository that was ever made, by path."""
    from openmed.adapters.inputs import scaffold_files

    return scaffold_files.shipped_versions()


@contextmanager
def temporary_context(context: Context, *, profile: bytes | None) -> Iterator[Context]:
    """The same repository for its suites only; what is made is gone afterwards.

    An error that names a log is the exception: that log stays where it is.

    Args:
        context: whose root holds gates/suites.toml.
        profile: runner profile that a candidate may name as its own.
    """
    from openmed.domain.inference.profile import FILE_NAME
    from openmed.errors import OpenMedError

    folder = Path(mkdtemp(prefix="openmed-"))
    named: dict[Path, bytes] = {}
    try:
        with atomic.scratch_folder(folder) as place:
            profiles = place / "profiles"
            profiles.mkdir()
            if profile is not None:
                (profiles / FILE_NAME).write_bytes(profile)
            try:
                yield replace(context, workplace=place, profiles=profiles)
            except OpenMedError as error:
                logs = (log for log in place.rglob("*.log") if str(log) in error.diagnostics())
                named.update({log: log.read_bytes() for log in logs})
                raise
    finally:
        atomic.remove_tree(folder)
        for log, words in named.items():
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_bytes(words)
