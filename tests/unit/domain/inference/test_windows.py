"""Windows over tokens, batches of windows, and which window decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmed.domain.inference.windows import plan_batches, plan_chunks, plan_windows, stitch


def words_of(lengths: list[int]) -> list[int]:
    """Word number of each token, for words of the given lengths."""
    return [number for number, length in enumerate(lengths) for _ in range(length)]


lengths_of_words = st.lists(st.integers(1, 12), max_size=60)
window_and_stride = st.integers(1, 16).flatmap(
    lambda window: st.tuples(st.just(window), st.integers(0, window - 1))
)


class TestPlanWindows:
    """Windows over tokens."""

    def test_short_text_is_one_window(self) -> None:
        """A text that fits is seen whole."""
        assert plan_windows([0, 1, 1, 2], window=8, stride=2) == ((0, 4),)

    def test_no_tokens_no_windows(self) -> None:
        """An empty text has no window."""
        assert plan_windows([], window=8, stride=2) == ()

    def test_opening_moves_back_to_the_start_of_the_word(self) -> None:
        """The wanted opening at token 4 is inside a word that starts at 3."""
        assert plan_windows([0, 1, 2, 3, 3, 3, 4, 5], window=6, stride=2) == ((0, 6), (3, 8))

    def test_long_first_word_makes_the_next_window_open_after_it(self) -> None:
        """Moving back to the word's start would make no progress."""
        assert plan_windows([0, 0, 0, 0, 1, 2, 3], window=5, stride=3) == ((0, 5), (4, 7))

    def test_word_longer_than_the_window_is_cut(self) -> None:
        """There is no other way to see it all."""
        assert plan_windows([0] * 6, window=4, stride=1) == ((0, 4), (3, 6))

    def test_stride_must_leave_room_for_progress(self) -> None:
        """A stride as wide as the window would never end."""
        with pytest.raises(ValueError, match="must be below"):
            plan_windows([0, 1], window=4, stride=4)

    @given(lengths=lengths_of_words, sizes=window_and_stride)
    def test_windows_cover_every_token(self, lengths: list[int], sizes: tuple[int, int]) -> None:
        """No token is left out, no window is too wide, and each goes further than the last."""
        words = words_of(lengths)
        windows = plan_windows(words, window=sizes[0], stride=sizes[1])
        assert {at for start, end in windows for at in range(start, end)} == set(range(len(words)))
        assert all(0 < end - start <= sizes[0] for start, end in windows)
        assert list(windows) == sorted(set(windows))

    @given(lengths=lengths_of_words, sizes=window_and_stride)
    def test_no_window_opens_inside_a_word_that_fits(
        self, lengths: list[int], sizes: tuple[int, int]
    ) -> None:
        """Only a word longer than the window may be entered in the middle."""
        words = words_of(lengths)
        for start, _ in plan_windows(words, window=sizes[0], stride=sizes[1]):
            is_inside = start > 0 and words[start] == words[start - 1]
            assert not is_inside or lengths[words[start]] > sizes[0]

    @given(lengths=lengths_of_words, sizes=window_and_stride)
    def test_every_word_that_fits_is_whole_somewhere(
        self, lengths: list[int], sizes: tuple[int, int]
    ) -> None:
        """Some window sees all sub-tokens of each word."""
        words = words_of(lengths)
        windows = plan_windows(words, window=sizes[0], stride=sizes[1])
        for number, length in enumerate(lengths):
            first = words.index(number)
            is_whole = any(start <= first and first + length <= end for start, end in windows)
            assert is_whole or length > sizes[0]


class TestStitch:
    """Which window decides a token."""

    def test_the_window_farthest_from_a_cut_decides(self) -> None:
        """In the overlap 4..7, the first half belongs to the first window."""
        assert stitch([(0, 8), (4, 12)], 12) == (0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1)

    def test_ties_go_to_the_earlier_window(self) -> None:
        """Token 5 is one token from the cut of both."""
        assert stitch([(0, 7), (4, 11)], 11)[5] == 0

    def test_the_ends_of_the_text_are_no_cuts(self) -> None:
        """The last window sees the true end, so a short one still decides its half."""
        assert stitch([(0, 10), (6, 11)], 11) == (0,) * 8 + (1,) * 3

    def test_a_gap_is_refused(self) -> None:
        """A token without a window would be decided by nobody."""
        with pytest.raises(ValueError, match="cover"):
            stitch([(0, 2), (3, 4)], 4)

    @given(lengths=lengths_of_words, sizes=window_and_stride)
    def test_every_token_gets_a_window_that_holds_it(
        self, lengths: list[int], sizes: tuple[int, int]
    ) -> None:
        """Stitching is total over planned windows."""
        words = words_of(lengths)
        windows = plan_windows(words, window=sizes[0], stride=sizes[1])
        chosen = stitch(windows, len(words))
        assert len(chosen) == len(words)
        assert all(windows[at][0] <= token < windows[at][1] for token, at in enumerate(chosen))


class TestPlanBatches:
    """Batches of windows."""

    def test_padding_counts(self) -> None:
        """Three windows of 2, 2 and 5 would cost 15, not 9."""
        assert plan_batches([5, 2, 2], max_padded_tokens=10, max_items=9) == ((1, 2), (0,))

    def test_lengths_are_not_mixed_without_a_mask(self) -> None:
        """A model that sees no mask gets no padding."""
        batches = plan_batches([3, 4, 3], max_padded_tokens=99, max_items=9, padded=False)
        assert batches == ((0, 2), (1,))

    def test_a_window_beyond_the_limit_is_refused(self) -> None:
        """It would break the limit alone."""
        with pytest.raises(ValueError, match="exceeds"):
            plan_batches([11], max_padded_tokens=10, max_items=1)

    @given(
        lengths=st.lists(st.integers(1, 20), max_size=50),
        tokens=st.integers(20, 90),
        items=st.integers(1, 9),
        padded=st.booleans(),
    )
    def test_batches_respect_limits_and_lose_nothing(
        self, *, lengths: list[int], tokens: int, items: int, padded: bool
    ) -> None:
        """Every window is in exactly one batch, and no batch is too large."""
        batches = plan_batches(lengths, max_padded_tokens=tokens, max_items=items, padded=padded)
        assert sorted(at for batch in batches for at in batch) == list(range(len(lengths)))
        for batch in batches:
            sizes = [lengths[at] for at in batch]
            assert 1 <= len(batch) <= items
            assert max(sizes) * len(batch) <= tokens
            assert padded or len(set(sizes)) == 1


class TestPlanChunks:
    """Windows that do not care for words, as transformers cuts."""

    def test_neighbours_share_the_stride(self) -> None:
        """The last one may be short."""
        assert plan_chunks(12, window=6, stride=2) == ((0, 6), (4, 10), (8, 12))

    def test_no_chunk_is_inside_the_one_before(self) -> None:
        """The text ends with the window."""
        assert plan_chunks(10, window=6, stride=2) == ((0, 6), (4, 10))
        assert plan_chunks(0, window=6, stride=2) == ()

    def test_stride_must_leave_room_for_progress(self) -> None:
        """As above."""
        with pytest.raises(ValueError, match="must be below"):
            plan_chunks(9, window=4, stride=4)
