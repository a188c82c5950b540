"""How release state is shared with other machines: a branch of a git remote, and who commits."""

from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Frozen, Line

FILE = "gates/shared.toml"
MINIMAL = (
    'remote = "origin"; branch = "openmed-state"; name = "openmed-bot"; '
    'email = "openmed-bot@users.noreply.github.com"'
)
"""What the file needs, `;` for a new line."""
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$")]


class SyncConfig(Frozen):
    """What `gates/shared.toml` says.

    Attributes:
        remote: git remote that state is pushed to and fetched from.
        branch: its branch.
        name: who commits.
        email: who commits.
        attempts: how often a lost race is compared and flipped again.
    """

    remote: Name
    branch: Name
    name: Annotated[Line, Field(min_length=1, max_length=100)]
    email: Annotated[Line, Field(min_length=1, max_length=100)]
    attempts: Annotated[int, Field(ge=1, le=20)] = 5
