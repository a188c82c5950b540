"""A generated suite: one row of `gates/suites.toml` that names no file, written anew each epoch.

Its seed is made of the epoch and a secret, so nobody without the secret knows a note before it is
measured, and within an epoch it is the same suite with the same digest. Its notes are written in
memory, to be answered and counted; they are kept nowhere. Not here: the secret, the writing.
"""

import hashlib
import hmac
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from openmed.domain.digest import digest_of
from openmed.domain.frozen import Digest, Frozen, Line
from openmed.domain.suites.suite import GENERATED, LocalFolder, SuiteName, SuitePin

ABSENT = digest_of("openmed.generated/1: not made")
"""Stands for the digest of a suite that cannot be made here; no documents have it."""

_SEED = "openmed.generated/1"
REVISION = 16
"""Digits of a recipe's digest that are the suite's revision."""
_NIGHT = "-night"
_LONGEST_NAME = 40


class Period(StrEnum):
    """How long a generated suite stays the same."""

    DAY = "day"
    WEEK = "week"


class GeneratedSuite(Frozen):
    """One `[[generated]]` row.

    Attributes:
        name: suite name, as policies use it.
        title: name for people.
        every: how long one epoch lasts: a day or a week of UTC, by ISO 8601.
        documents: notes of each language; fewer where the templates write fewer.
        templates: folder of private template families: absolute, or `$` and the name of an
            environment variable that holds it. None = the families of this package, whose wordings
            are public.
        licence: SPDX expression of the notes.
        source: where they come from, one sentence.
    """

    name: SuiteName
    title: Annotated[Line, Field(min_length=1, max_length=80)]
    every: Period
    documents: Annotated[int, Field(ge=1, le=10_000)]
    templates: LocalFolder | None = None
    licence: Annotated[str, Field(min_length=1, max_length=120)]
    source: Annotated[str, Field(min_length=1, max_length=400)]


class SuiteRecipe(Frozen):
    """What a generated suite is made from, without the secret.

    Attributes:
        suite: its row.
        epoch: which epoch, e.g. `2026-W48`.
        secret: fingerprint of the secret.
        templates: digest of the templates.
        code: digest of the code that writes.
    """

    suite: GeneratedSuite
    epoch: str
    secret: Digest
    templates: Digest
    code: Digest


class Content(Frozen):
    """What came of a recipe.

    Attributes:
        sha256: digest of the notes as lines.
        digest: digest of the suite's content.
    """

    sha256: Digest
    digest: Digest


def epoch_of(now: str, *, every: Period) -> str:
    """The epoch a moment lies in: `2026-11-28`, or its ISO week `2026-W48`."""
    day = datetime.fromisoformat(now).date()
    if every is Period.DAY:
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def suite_of_the_night(suite: GeneratedSuite) -> GeneratedSuite:
    """The same suite with notes of each day's own, which nothing is released by."""
    return GeneratedSuite(
        name=f"{suite.name[: _LONGEST_NAME - len(_NIGHT)]}{_NIGHT}",
        title=suite.title,
        every=Period.DAY,
        documents=suite.documents,
        templates=suite.templates,
        licence=suite.licence,
        source=suite.source,
    )


def epoch_of_edition(suite: GeneratedSuite, edition: str) -> str:
    """The epoch in an edition that `pin_of` wrote."""
    return edition.removeprefix(f"{suite.every} ")


def seed_of(secret: bytes, *, suite: str, epoch: str) -> str:
    """The seed of one epoch: HMAC-SHA-256 of suite and epoch under the secret."""
    return _keyed(secret, f"{_SEED}/seed/{suite}/{epoch}")


def fingerprint_of(secret: bytes) -> str:
    """What may be shown of a secret: whether two are the same."""
    return _keyed(secret, f"{_SEED}/fingerprint")


def pin_of(suite: GeneratedSuite, *, epoch: str, revision: str, content: Content) -> SuitePin:
    """A generated suite as every other suite is pinned."""
    return SuitePin(
        name=suite.name,
        title=f"{suite.title}, {suite.every} {epoch}",
        edition=f"{suite.every} {epoch}",
        revision=revision[:REVISION],
        path=f"{GENERATED}{suite.name}.jsonl",
        subset="all",
        sha256=content.sha256,
        digest=content.digest,
        licence=suite.licence,
        source=suite.source,
        synthetic=True,
    )


def absent_pin(suite: GeneratedSuite, *, epoch: str) -> SuitePin:
    """The pin of a suite that cannot be made here: no report is of it, so no gate passes by it."""
    return pin_of(
        suite, epoch=epoch, revision="not made", content=Content(sha256=ABSENT, digest=ABSENT)
    )


def _keyed(secret: bytes, message: str) -> str:
    return hmac.new(secret, message.encode(), hashlib.sha256).hexdigest()
