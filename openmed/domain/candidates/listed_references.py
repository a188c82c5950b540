"""What the catalogue says of a repository that its card on the Hub repeats.

The catalogue is written by others and holds up no release: a value that is no name of a repository
is left out and told, never quoted.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StringConstraints

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.wire import read_table
from openmed.errors import EvidenceError

Relation = Literal["adapter", "finetune", "merge", "quantized"]
"""How a model was made from another one, in the Hub's words."""
_PART: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,95}"
_NAME: Final = rf"{_PART}(?:/{_PART})?"
HubName = Annotated[str, StringConstraints(pattern=rf"^{_NAME}$")]
"""A repository of the Hub: `ORG/NAME`, or `NAME` alone, as the oldest are called."""
MOST_NAMES: Final = 50
_NO_NAME: Final = "is not the name of a repository"


class ListedReferences(Frozen):
    """What one row says; everything that it does not say, or not well, is empty.

    Attributes:
        base_models: what the model was made from.
        relation: how.
        datasets: what it was trained on.
        new_version: repository that takes its place.
        faults: what is left out, a sentence each.
    """

    base_models: Annotated[tuple[HubName, ...], Field(max_length=MOST_NAMES)] = ()
    relation: Relation | None = None
    datasets: Annotated[tuple[HubName, ...], Field(max_length=MOST_NAMES)] = ()
    new_version: HubName | None = None
    faults: tuple[str, ...] = ()


NOTHING_LISTED: Final = ListedReferences()


def listed_references(data: bytes, repo_id: str, *, what: str) -> ListedReferences:
    """Read the one row of a repository; the others are not looked at.

    Args:
        data: the catalogue.
        repo_id: the repository.
        what: name of the file.
    """
    rows = [*_rows(data, repo_id)]
    if len(rows) != 1 or rows[0] is None:
        fault = f"{what} has not one row of {repo_id} that can be read; its card names none of it"
        return ListedReferences(faults=(fault,)) if rows else NOTHING_LISTED
    reader = _Reader(rows[0], f"{what}: %s of {repo_id} %s; its card leaves it out", repo_id)
    relation = reader.relation()
    return ListedReferences(
        base_models=reader.names("base_model"),
        relation=relation,
        datasets=reader.names("datasets"),
        new_version=next(iter(reader.names("new_version", most=1)), None),
        faults=tuple(reader.faults),
    )


def _rows(data: bytes, repo_id: str) -> Iterator[Mapping[str, Json] | None]:
    """Its rows; None for one that names it and cannot be read."""
    for line in data.split(b"\n"):
        if f'"{repo_id}"'.encode() not in line:
            continue
        try:
            table = read_table(line, what="a row")
        except EvidenceError:
            yield None
            continue
        if table.get("repo_id") == repo_id:
            yield table


class _Reader:
    """Reads one row and collects what cannot be used."""

    def __init__(self, row: Mapping[str, Json], sentence: str, repo_id: str) -> None:
        self._row = row
        self._sentence = sentence
        self._repo_id = repo_id
        self.faults: list[str] = []

    def names(self, key: str, *, most: int = MOST_NAMES) -> tuple[str, ...]:
        """A name, or a list of them; none where one is wrong."""
        value = self._row.get(key)
        given = value if isinstance(value, list) else [] if value is None else [value]
        names = [name for name in given if isinstance(name, str) and re.fullmatch(_NAME, name)]
        if len(names) < len(given):
            return self._nothing(key, _NO_NAME)
        if self._repo_id in names:
            return self._nothing(key, "is the repository itself")
        if len(names) > most:
            return self._nothing(key, f"has more than {most} names" if most > 1 else _NO_NAME)
        return tuple(dict.fromkeys(names))

    def relation(self) -> Relation | None:
        """One of the Hub's words."""
        value = self._row.get("base_model_relation")
        known: tuple[Relation, ...] = get_args(Relation)
        found = next((word for word in known if word == value), None)
        if found is None and value is not None:
            self._nothing("base_model_relation", f"is none of {', '.join(known)}")
        return found

    def _nothing(self, key: str, reason: str) -> tuple[str, ...]:
        self.faults.append(self._sentence % (key, reason))
        return ()
