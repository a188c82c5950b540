"""An empty room for one try of what is served: nothing that is staged, cached or installed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from openmed.adapters.registries.released_bytes import RegistryBytes
from openmed.adapters.stores.blob_store import FileBlobStore
from openmed.context import Context, temporary_context
from openmed.ports.execution import Runners
from openmed.ports.releasing import ReleasedBytes
from openmed.ports.storage import ArtifactStore


class CleanRoom(NamedTuple):
    """What is in it.

    Attributes:
        store: trees; none yet.
        released: brings released bytes from where they are served.
        runners: run them.
        remove: removes a tree.
    """

    store: ArtifactStore
    released: ReleasedBytes
    runners: Runners
    remove: Callable[[str], None]


@contextmanager
def clean_room(world: Context) -> Iterator[CleanRoom]:
    """A room that is gone afterwards; what is served is that of `world`."""
    with temporary_context(world, profile=None) as clean:
        staged = FileBlobStore(clean.artifacts / "staged")
        yield CleanRoom(
            clean.store,
            RegistryBytes(world.registry, store=clean.store, sources=clean.sources),
            clean.runners,
            staged.remove,
        )
