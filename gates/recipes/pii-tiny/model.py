"""The model: a sum of table rows per token, and its training.

Eighteen scores per token: ordinary text, one per label, and whether a span begins here. Every
row comes from a table: the words and shapes around the token, pairs of shapes, and a word near
by together with the token's own shape. Training is AdaGrad on the softmax error.

Bit-identical on any machine: only +, -, x, /, square root and maximum of single float64 numbers,
which IEEE 754 fixes; sums have a written order (`bincount` adds in index order). No `exp`, no
BLAS, no library sum, because their last digits depend on the processor.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LABELS = (
    "PATIENT_NAME",
    "PROVIDER_NAME",
    "DATE",
    "PHONE",
    "FAX",
    "EMAIL",
    "URL",
    "IP_ADDRESS",
    "SSN",
    "MRN",
    "HEALTH_PLAN_ID",
    "ACCOUNT_NUMBER",
    "CREDIT_CARD",
    "STREET_ADDRESS",
    "CITY",
    "ZIPCODE",
)
DETECT = 0
BEGIN = 1 + len(LABELS)
WIDTH = BEGIN + 1
REACH = 5
"""Padding on both sides; more than the farthest offset looked at."""
GRID = 1024.0
"""Weights are whole multiples of 1/GRID, so float32 adds them without rounding, in any order."""
_COARSE = {
    "DATE": ("DATE", "MONTHYEAR", "MONTHDAY"),
    "ID": ("GROUPED", "SPACED", "CODE", "LONGCODE"),
    "PHONE": ("PHONE", "PHONE7"),
    "MEASURE": ("TIME", "PRESSURE", "AMOUNT", "RANGE", "QUANTITY", "ICD", "SHORTCODE"),
    "NUMBER1": ("NUMBER1", "ORDINAL"),
    "NUMBER6": tuple(f"NUMBER{length}" for length in range(6, 13)),
    "NAME": ("first:Word", "first:WORD", "last:Word", "last:WORD", "CAPITAL"),
    "SMALL": ("SMALL", "first:word", "last:word", "UNKNOWN"),
    "word": ("word", "relation:word", "relation:Word", "relation:WORD"),
    "LETTER": ("LETTER", "letter"),
    ":": (":", "=", ";"),
    '"': ('"', "'", "`"),
    "(": ("(", "[", "{", "<"),
    ")": (")", "]", "}", ">"),
}


class Feature(NamedTuple):
    """One table and how its row is found.

    Attributes:
        name: name of the table in the exported graph.
        kind: `lexeme`, `shape`, `pair` (two shapes), `near` (a word and the token's own shape).
        first: offset of the (first) token looked at.
        second: offset of the second token of a pair.
        rows: length of the table.
    """

    name: str
    kind: str
    first: int
    second: int
    rows: int


class Sizes(NamedTuple):
    """Row counts the tables are made of."""

    lexemes: int
    shapes: int
    coarse: int
    near: int


class Settings(NamedTuple):
    """How training is done."""

    epochs: int = 8
    batch: int = 2048
    rate: float = 0.15


def coarse_shapes(shapes: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """The coarse shape of each shape, and how many there are."""
    group_of = {shape: group for group, members in _COARSE.items() for shape in members}
    groups: dict[str, int] = {}
    rows = []
    for shape in shapes:
        group = group_of.get(shape)
        if group is None:
            group = shape.partition(":")[0] if len(shape) > 1 and ":" in shape else shape
            group = (
                "OTHER"
                if len(shape) == 1 and not shape.isalnum() and shape not in ".,/-#|"
                else group
            )
        rows.append(groups.setdefault(group, len(groups)))
    return tuple(rows), len(groups)


def layout(sizes: Sizes) -> tuple[Feature, ...]:
    """All tables, in the order in which they are added."""
    found = [Feature(f"lexeme{at:+d}", "lexeme", at, 0, sizes.lexemes) for at in range(-4, 4)]
    found += [Feature(f"shape{at:+d}", "shape", at, 0, sizes.shapes) for at in range(-4, 5)]
    pairs = ((-1, 0), (0, 1), (-1, 1), (-2, 0), (0, 2), (-2, -1), (1, 2))
    found += [Feature(f"pair{a:+d}{b:+d}", "pair", a, b, sizes.coarse**2) for a, b in pairs]
    near = sizes.near * sizes.coarse
    found += [Feature(f"near{at:+d}", "near", at, 0, near) for at in (-2, -1, 1)]
    return tuple(found)


def rows_of(feature: Feature, take: Callable[[str, int], Ints], sizes: Sizes) -> Ints:
    """Row of the feature for every token; `take` looks up a track (say, words) at an offset."""
    match feature.kind:
        case "lexeme" | "shape":
            return take(feature.kind, feature.first)
        case "pair":
            return take("coarse", feature.first) * sizes.coarse + take("coarse", feature.second)
        case _:
            return take("near", feature.first) * sizes.coarse + take("coarse", 0)


def fit(
    rows: Ints, features: Sequence[Feature], types: Ints, begins: Floats, settings: Settings
) -> list[Floats]:
    """Train; `rows` is [feature, token]. The result is one [row, WIDTH] table per feature.

    Args:
        rows: row of each feature for each token.
        features: the tables.
        types: right label of each token; 0 = ordinary text.
        begins: 1 where a span begins, 0 inside one; ordinary text is not looked at.
        settings: how training is done.
    """
    starts = np.cumsum([0] + [feature.rows for feature in features])
    size = int(starts[-1])
    weights = np.zeros((WIDTH, size))
    squares = np.full((WIDTH, size), 1e-2)
    total = np.zeros((WIDTH, size))
    steps = 0
    flat = rows + starts[:-1, None]
    count = types.shape[0]
    lanes = (np.arange(WIDTH) * size)[None, :, None]
    for epoch in range(settings.epochs):
        order = _shuffled(count, epoch)
        for start in range(0, count, settings.batch):
            chosen = order[start : start + settings.batch]
            columns = flat[:, chosen]
            scores = np.zeros((WIDTH, chosen.shape[0]))
            for feature in range(len(features)):
                scores += weights[:, columns[feature]]
            slope = _slope(scores, types[chosen], begins[chosen])
            index = (columns[:, None, :] + lanes).ravel()
            spread = np.broadcast_to(slope[None], (len(features), *slope.shape)).ravel()
            gradient = np.bincount(index, weights=spread, minlength=WIDTH * size).reshape(
                WIDTH, size
            )
            squares += gradient * gradient
            weights -= settings.rate * gradient / np.sqrt(squares)
            if epoch >= settings.epochs // 2:
                total += weights
                steps += 1
    mean = np.rint(total / steps * GRID) / GRID
    return [np.ascontiguousarray(mean[:, start:end].T) for start, end in pairwise(starts)]


def _slope(scores: Floats, types: Ints, begins: Floats) -> Floats:
    """Slope of the error in each score."""
    slope = np.empty_like(scores)
    sensitive = types > 0
    slope[DETECT] = _chance(scores[DETECT]) - sensitive
    peak = scores[1]
    for label in range(2, BEGIN):
        peak = np.maximum(peak, scores[label])
    powers = _exp(scores[1:BEGIN] - peak)
    whole = powers[0].copy()
    for label in range(1, len(LABELS)):
        whole += powers[label]
    slope[1:BEGIN] = powers / whole
    slope[types, np.arange(types.shape[0])] -= sensitive
    slope[1:BEGIN] *= sensitive
    slope[BEGIN] = (_chance(scores[BEGIN]) - begins) * sensitive
    return slope


def _chance(score: Floats) -> Floats:
    small = _exp(-np.abs(score))
    return np.where(score >= 0.0, 1.0, small) / (1.0 + small)


def _exp(value: Floats) -> Floats:
    """Exponential of numbers <= 0 without the library: (1 + z + z^2/2 + z^3/6) to the 1024th."""
    part = np.maximum(value, -40.0) / 1024.0
    power = 1.0 + part * (1.0 + part * (0.5 + part / 6.0))
    for _ in range(10):
        power = power * power
    return power


def _shuffled(count: int, epoch: int) -> Ints:
    """An order of the tokens, from a multiplicative hash: the same under every numpy."""
    mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15 + 2 * epoch)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return np.argsort(mixed, kind="stable")
