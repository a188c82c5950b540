"""How release state is shared with other machines: a branch of a git remote, and who commits.

A repository that shares no more says so in the same file, where people review it.
"""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen, Line

FILE = "gates/shared.toml"
STATE_BRANCH = "openmed-state"
MINIMAL = (
    f'remote = "origin"; branch = "{STATE_BRANCH}"; name = "openmed-bot"; '
    'email = "openmed-bot@users.noreply.github.com"'
)
"""What the file needs, `;` for a new line."""
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$")]


class SyncConfig(Frozen):
    """What `gates/shared.toml` says.

    Attributes:
        remote: git remote that state is pushed to and fetched from.
        branch: its branch for the state; one of its own leaves the branch of the code protected.
        name: who commits.
        email: who commits.
        attempts: how often a lost race is compared and flipped again.
        reviewed_branch: where people review queue, policies, suites and keys; None = `branch`
            if these live on it, else the default branch of the remote.
    """

    remote: Name
    branch: Name = STATE_BRANCH
    name: Annotated[Line, Field(min_length=1, max_length=100)]
    email: Annotated[Line, Field(min_length=1, max_length=100)]
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
    reviewed_branch: Name | None = None


class EndedSharing(Frozen):
    """What `gates/shared.toml` says of a repository that shares no more.

    Attributes:
        ended: the reason; from then on the state is this machine's own.
    """

    ended: Annotated[Line, Field(min_length=1, max_length=200)]


SharingFile = SyncConfig | EndedSharing
