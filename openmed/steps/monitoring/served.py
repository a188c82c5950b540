"""Compares what is served with what the pointer names, registry by registry; writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.monitoring.health.served_tree import (
    LateRepository,
    ServedLook,
    ServedState,
)
from openmed.domain.release.product import fault_of
from openmed.domain.release.publishing.public_look import public_look, withdrawn_look
from openmed.domain.release.publishing.publication import (
    history_of,
    publication_of,
    withdrawals,
)
from openmed.errors import IntegrityError, OpenMedError
from openmed.ports.publishing import (
    PublicRegistry,
    Registries,
    WatchedRegistry,
    public_registry,
)
from openmed.ports.releasing import PlacedRegistry, Registry, ReleasedBytes

_TASK = "monitor status"


@dataclass(frozen=True)
class ServedWatch:
    """Looks at where live releases are served from."""

    registry: Registries
    released: ReleasedBytes

    def look(self, state: FleetState, live: LiveRelease) -> ServedLook:
        """What one live release is served as."""
        public = public_registry(self.registry, live.release)
        try:
            if public is None:
                return self._tree(self.registry.of(live.release), live)
            return _repository(public, state, live)
        except (OpenMedError, OSError) as error:
            reason = fault_of(error, step=_TASK).message
            unknown = ServedState.UNKNOWN
            return ServedLook(live, unknown, reason, is_public=public is not None)

    def late(self, state: FleetState) -> Iterator[LateRepository]:
        """Public repositories of withdrawn slots that still serve something."""
        for last, publication in withdrawals(state):
            public = public_registry(self.registry, last)
            if not isinstance(public, WatchedRegistry):
                continue
            try:
                found = withdrawn_look(public.seen(), publication=publication)
            except (OpenMedError, OSError) as error:
                reason = fault_of(error, step=_TASK).message
                found = LateRepository(publication.slot, reason, is_known=False)
            if found is not None:
                yield found

    def _tree(self, registry: Registry, live: LiveRelease) -> ServedLook:
        try:
            registry.verify(live.release.artifact, live.release.files)
        except IntegrityError as error:
            lost = self.released.unserved(live)
            if lost is not None and not lost.is_lost:
                return ServedLook(live, ServedState.ELSEWHERE, error.message)
            if isinstance(registry, PlacedRegistry) and not registry.is_there():
                reason = f"the registry {registry.where} is not there"
                return ServedLook(live, ServedState.UNKNOWN, reason)
            return ServedLook(live, ServedState.DAMAGED, error.message)
        return ServedLook(live, ServedState.WHOLE)


def _repository(public: PublicRegistry, state: FleetState, live: LiveRelease) -> ServedLook:
    publication = publication_of(state, live)
    if isinstance(public, WatchedRegistry):
        history = history_of(state, live.release, accepted=public.accepted)
        return public_look(live, public.seen(), publication=publication, history=history)
    try:
        public.check(publication)
    except IntegrityError as error:
        return ServedLook(live, ServedState.DAMAGED, error.message, is_public=True)
    return ServedLook(live, ServedState.WHOLE, is_public=True)
