"""The corpus's draws: fixed for ever, unbiased, independent of one another."""

from collections import Counter

import pytest

from openmed.corpus.draws import Draws

INTEGERS = [74, 635, 369, 554, 401, 590, 388, 480, 241, 227]
STRINGS = ("970757", "PTJCII", "a", ("d", "f", "c"))


def draws(*, seed: str = "seed", family: str = "family", index: int = 1) -> Draws:
    """A stream, named by default."""
    return Draws(seed=seed, family=family, index=index)


def test_integers_are_frozen() -> None:
    """The first draws of a stream never change, or every committed document would."""
    stream = draws()
    assert INTEGERS == [stream.integer(0, 999) for _ in range(10)]


def test_strings_are_frozen() -> None:
    """Digits, letters, a choice and a sample follow in a fixed order."""
    stream = draws(index=2)
    assert STRINGS == (
        stream.digits(6),
        stream.letters(6),
        stream.choice(("a", "b", "c", "d")),
        stream.sample("abcdef", 3),
    )


@pytest.mark.parametrize(
    "other",
    [draws(seed="other"), draws(family="other"), draws(index=2)],
    ids=["seed", "family", "index"],
)
def test_streams_are_apart(other: Draws) -> None:
    """Seed, family and index each make another stream."""
    assert draws().digits(40) != other.digits(40)


def test_the_same_stream_repeats() -> None:
    """A stream depends on nothing but its three names."""
    assert draws().digits(500) == draws().digits(500)


def test_both_ends_are_drawn() -> None:
    """The range includes both of its ends and nothing outside."""
    stream = draws()
    assert {3, 4, 5} == {stream.integer(3, 5) for _ in range(200)}


def test_integers_are_uniform() -> None:
    """Each of seven values comes about as often (chi-square with 6 degrees, p > 0.001)."""
    stream, count = draws(), 14_000
    seen = Counter(stream.integer(0, 6) for _ in range(count))
    expected = count / 7
    assert sum((seen[value] - expected) ** 2 / expected for value in range(7)) < 22.46


def test_a_wide_range_is_not_biased() -> None:
    """Three quarters of all words as width: taking the rest modulo would draw the low third twice.

    Without rejection half of the draws would fall into the lowest third.
    """
    stream, width, count = draws(), 3 * 2**30, 6_000
    low = sum(stream.integer(0, width - 1) < width // 3 for _ in range(count))
    assert 1_850 < low < 2_150


def test_one_in_four_is_a_quarter() -> None:
    """`one_in` says yes at its rate."""
    stream = draws()
    assert 900 < sum(stream.one_in(4) for _ in range(4_000)) < 1_100


def test_a_sample_does_not_repeat() -> None:
    """A sample of everything is a permutation."""
    assert list("abcdefgh") == sorted(draws().sample("abcdefgh", 8))


@pytest.mark.parametrize(("low", "high"), [(1, 0), (0, 2**32)])
def test_an_impossible_range_is_refused(low: int, high: int) -> None:
    """An empty range, or one wider than a word, is an error."""
    with pytest.raises(ValueError, match="cannot draw from"):
        draws().integer(low, high)


def test_a_sample_larger_than_its_source_is_refused() -> None:
    """There are not enough options."""
    with pytest.raises(ValueError, match="cannot draw 3 different options"):
        draws().sample("ab", 3)
