"""Which direction of a policy's key is the stricter one: declared where the key is declared.

A mark stands among the key's annotations, e.g. `Annotated[float, Field(gt=0), Stricter.HIGHER]`.
Of a key without a mark nothing is known, so any change of it counts as weaker. `order/` compares.
"""

from dataclasses import dataclass
from enum import Enum


class Stricter(Enum):
    """In which direction a key gets stricter."""

    HIGHER = "higher"
    """A number: a floor, a least amount."""
    LOWER = "lower"
    """A number: a limit. None is no limit."""
    MORE = "more"
    """Names: the more of them, the stricter."""
    FEWER = "fewer"
    """Names: the fewer of them, the stricter."""
    SAME = "same"
    """It has no order: any other value counts as weaker."""
    WORDS = "words"
    """For people; it decides nothing."""


@dataclass(frozen=True)
class Ladder:
    """Values in order, the strictest first."""

    steps: tuple[str, ...]


@dataclass(frozen=True)
class FewerNames:
    """As `Stricter.FEWER`; and where `everyone` was among the names, a further one adds nothing."""

    everyone: str


@dataclass(frozen=True)
class NoneIs:
    """Without a value, the value of another key of the same table holds."""

    key: str


@dataclass(frozen=True)
class Rows:
    """A list of rows, one a name; the fields of a row have marks of their own.

    Attributes:
        key: field of a row that names what the row is about.
        strictest: key of the table that may hold where there is no row; empty: without a row
            nothing can be judged, which is the strictest.
        laxest: the same, where several may hold: the one that asks least.
        absent: what holds without a row, in words, where nothing can be judged.
        of_slot: part of the slot that `key` names; rows of other slots do not matter to this one.
    """

    key: str
    strictest: str = ""
    laxest: str = ""
    absent: str = "not judged"
    of_slot: str = ""


Mark = Stricter | Ladder | FewerNames | Rows
MARKS = (Stricter, Ladder, FewerNames, Rows)
