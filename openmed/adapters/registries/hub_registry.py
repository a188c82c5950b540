"""The registry `hub`: each slot has a public repository on the Hub, named by its row.

Readers follow `main`, which follows `gates/pointer.json` (docs/adr/0055). Settings: `staging`, the
private repository of each, and `accept`, commits by others that may be built upon.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from openmed.adapters.registries.hub_access import CredentialMode, HubAccess
from openmed.adapters.registries.hub_notes import HubNotes
from openmed.adapters.registries.hub_slot import HubSlot
from openmed.adapters.registries.hub_staging import HubSlotPlace
from openmed.adapters.registries.installed_registries import RegistryPlace
from openmed.domain.candidates.candidate import RepoId
from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen, Line
from openmed.domain.ledger.changes import Measured
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, OpenMedError, UsageError

STAGING: Final = "{owner}/{name}-staging"
_REPO: TypeAdapter[str] = TypeAdapter(RepoId)
_PART: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}"
AcceptedCommit = Annotated[str, Field(pattern=rf"^{_PART}/{_PART}@[0-9a-f]{{40}}$")]
"""`ORG/NAME@COMMIT`, all 40 digits."""

_ADDRESS: Final = r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)*/?$"
"""An address without user, query and odd characters: it stands in pages and in a signed file."""


class HubSettings(Frozen):
    """What the table of the registry may say besides its slots.

    Attributes:
        staging: private repository of a slot, from `{owner}` and `{name}` of its public one.
        accept: commits by others that a person looked at, which the next release replaces.
        gates_url: address below which `gates/` of the release repository is served as plain files;
            cards link the evidence there, and `openmed fetch` follows the ledger there.
    """

    staging: Annotated[Line, Field(min_length=3, max_length=200)] = STAGING
    accept: Annotated[tuple[AcceptedCommit, ...], Field(max_length=10_000)] = ()
    gates_url: Annotated[str, Field(pattern=_ADDRESS, max_length=300)] | None = None

    @model_validator(mode="after")
    def _is_a_repository_of_its_own(self) -> "HubSettings":
        for name in ("model", "other"):
            try:
                made = staging_of(self.staging, f"owner/{name}")
            except ValidationError:
                msg = "staging gives no name ORG/NAME; it may hold {owner} and {name}"
                raise ValueError(msg) from None
            if made == f"owner/{name}":
                msg = "staging is the public repository itself, which everybody can read"
                raise ValueError(msg)
        return self


class HubRegistry:
    """Public repositories of one Hub, by slot."""

    def __init__(self, settings: Mapping[str, Json], place: RegistryPlace) -> None:
        """Take the settings; nothing is asked yet.

        Raises:
            UsageError: a setting is unknown or not usable.
        """
        try:
            self._settings = from_plain(HubSettings, dict(settings), what="the registry hub")
        except EvidenceError as error:
            raise UsageError(error.message) from None
        access = HubAccess(wait=place.wait)
        self.access = access
        notes = HubNotes(place.work / "published", endpoint=access.endpoint, disk=place.disk)
        self._place = HubSlotPlace(access, notes, place.store, place.work, place.wait)
        self._slots: dict[str, HubSlot] = {}

    @property
    def where(self) -> str:
        """The Hub's address, and how it is written."""
        return f"{self.access.endpoint} ({self.access.mode})"

    def is_writable(self) -> bool:
        """Whether there are credentials; nobody is asked."""
        return self.access.mode is not CredentialMode.NONE

    def of(self, release: Measured) -> HubSlot:
        """The repositories of a release's slot."""
        return self._slot(release.candidate.repo_id)

    def clear_staged(
        self, may_leave: Callable[[str], bool], repositories: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Clear private repositories; what went wrong with some."""
        said: list[str] = []
        for repo_id in dict.fromkeys((*self._place.notes.staged(), *repositories)):
            try:
                self._slot(repo_id).clear_staged(may_leave)
            except OpenMedError as error:
                said.append(error.message)
        return tuple(said)

    def _slot(self, repo_id: str) -> HubSlot:
        if repo_id not in self._slots:
            accepted = (row.rpartition("@") for row in self._settings.accept)
            self._slots[repo_id] = HubSlot(
                self._place,
                repo_id,
                staging=staging_of(self._settings.staging, repo_id),
                accepted=frozenset(commit for name, _, commit in accepted if name == repo_id),
                gates_url=self._settings.gates_url or "",
            )
        return self._slots[repo_id]


def staging_of(pattern: str, repo_id: str) -> str:
    """Name of the private repository of a public one."""
    owner, _, name = repo_id.partition("/")
    text = pattern.replace("{owner}", owner).replace("{name}", name)
    return _REPO.validate_python(text)
