"""Verifiers: the names under which public keys are listed, and what each may sign."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from openmed.domain.frozen import Digest, Frozen, VerifierName


class Role(StrEnum):
    """What a key may sign."""

    JUDGE = "judge"
    """Verdicts."""
    WAIVE = "waive"
    """Waivers, which lift a quarantine."""
    MEASURE = "measure"
    """Measurements, which stand in where a suite's text is missing."""


class Roles(Frozen):
    """File `gates/keys/NAME.toml`; without one a key judges.

    Attributes:
        roles: what the verifier's keys may sign.
    """

    roles: Annotated[tuple[Role, ...], Field(min_length=1)]


class ListedKey(Frozen):
    """A public key whose signatures may count.

    Attributes:
        verifier: name it is listed under; a key has one.
        keyid: its id.
        roles: what it may sign.
        file: where it is listed, below the release repository.
    """

    verifier: VerifierName
    keyid: Digest
    roles: tuple[Role, ...]
    file: str
