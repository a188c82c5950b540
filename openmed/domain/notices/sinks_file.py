"""`gates/notices.toml`: who is told of trouble, and after how many good runs it has ended."""

from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen, Line
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, UsageError

FILE: Final = "gates/notices.toml"
FILES: Final = "files"
_FIX: Final = f"correct {FILE}"
_TABLES: Final = "sink"
_NAME: Final = "name"


class _Named(Frozen):
    """What every table of a sink has.

    Attributes:
        name: of the sink, as it is installed.
    """

    name: Annotated[Line, Field(min_length=1, max_length=100)]


class _Whole(Frozen):
    """Keys beside the tables.

    Attributes:
        good_runs: runs that find a trouble gone before it counts as ended.
    """

    good_runs: Annotated[int, Field(ge=1, le=100)] = 2


class NoticesFile(NamedTuple):
    """The whole file.

    Attributes:
        good_runs: runs that find a trouble gone before it counts as ended.
        sinks: settings by the name of the sink, in the order of the file.
    """

    good_runs: int
    sinks: dict[str, dict[str, Json]]


NO_FILE: Final = NoticesFile(_Whole().good_runs, {FILES: {}})
"""Without the file, task files and badges are written, and nobody elsewhere is asked."""


def notices_file(table: dict[str, Json]) -> NoticesFile:
    """Read the file's content.

    Raises:
        UsageError: it holds another key, or a sink twice.
    """
    rows = table.get(_TABLES, [])
    whole = {key: value for key, value in table.items() if key != _TABLES}
    try:
        good_runs = from_plain(_Whole, whole, what=FILE).good_runs
    except EvidenceError as error:
        raise UsageError(error.message, next_step=_FIX) from None
    if not isinstance(rows, list):
        msg = f"{FILE}: {_TABLES} is no list of tables"
        raise UsageError(msg, next_step=_FIX)
    sinks: dict[str, dict[str, Json]] = {}
    for row in rows:
        name, settings = _sink(row)
        if name in sinks:
            msg = f"{FILE}: two tables for the sink {name[:80]!r}"
            raise UsageError(msg, next_step=_FIX)
        sinks[name] = settings
    return NoticesFile(good_runs, sinks)


def _sink(row: Json) -> tuple[str, dict[str, Json]]:
    if not isinstance(row, dict):
        msg = f"{FILE}: a [[{_TABLES}]] is no table"
        raise UsageError(msg, next_step=_FIX)
    try:
        named = from_plain(_Named, {_NAME: row.get(_NAME)}, what=f"{FILE}: [[{_TABLES}]]")
    except EvidenceError as error:
        raise UsageError(error.message, next_step=_FIX) from None
    return named.name, {key: value for key, value in row.items() if key != _NAME}


Shape = Literal["generic", "slack"]
"""How a webhook's body is laid out."""


class NoSettings(Frozen):
    """A sink without settings."""


class GithubSettings(Frozen):
    """The table of the sink `github`.

    Attributes:
        repository: `owner/name`; empty = the one of the job, `$GITHUB_REPOSITORY`.
        api: address of the API; empty = `$GITHUB_API_URL`, else GitHub's own.
        label: by which issues of the engine are found again.
        new_issues: issues opened in one run before one issue lists the rest.
    """

    repository: Annotated[str, Field(pattern=r"^([A-Za-z0-9-]+/[A-Za-z0-9._-]+)?$")] = ""
    api: Annotated[Line, Field(max_length=300)] = ""
    label: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,49}$")] = "openmed-release"
    new_issues: Annotated[int, Field(ge=1, le=50)] = 10


class WebhookSettings(Frozen):
    """The table of the sink `webhook`.

    Attributes:
        shape: `generic`, or as Slack takes it.
    """

    shape: Shape = "generic"
