"""What every runner of token classifiers does, whatever computes the logits.

Texts are cut into windows, windows are put into batches, logits are stitched and decoded. What
decides spans is in `domain/decoding.py`; what touches a package that computes is in the module of
each runner. Nothing of the tree is ever executed as code, and nothing is fetched. tokenizers is
imported when a model is loaded, not before.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from openmed.domain.inference.decoding import (
    LabelTable,
    Numbers,
    Tokens,
    Window,
    decode_words,
    label_table,
    locate,
    plan_batches,
    plan_windows,
    softmax,
    stitch,
)
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import PredictedSpan
from openmed.errors import EvidenceError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Feed: TypeAlias = Mapping[str, NDArray[np.int64]]
"""Inputs of one batch by role, each [batch, sequence]."""

ROLES = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
_PROBES = ("a", "1", "the")


class Backend(ABC):
    """Computes logits; the only part that knows a package.

    Attributes:
        roles: inputs the model takes, of `ROLES`.
    """

    roles: frozenset[str]

    @abstractmethod
    def logits(self, feed: Feed) -> NDArray[Any]:
        """Logits of one batch, [batch, sequence, labels]."""


class _Frame(NamedTuple):
    """The special tokens that the post-processor puts around a text, and the type ids."""

    prefix: tuple[int, ...]
    suffix: tuple[int, ...]
    types: tuple[tuple[int, ...], int, tuple[int, ...]]

    @property
    def size(self) -> int:
        return len(self.prefix) + len(self.suffix)


class _Encoded(NamedTuple):
    """One tokenised text."""

    ids: tuple[int, ...]
    tokens: Tokens
    windows: tuple[Window, ...]


class _Piece(NamedTuple):
    """One window of one text."""

    text: int
    ids: tuple[int, ...]


class TokenClassifier(ABC):
    """A token classifier in memory.

    Attributes:
        name: the runner's name.
        distributions: packages whose versions are part of the runtime.
        install: the command that installs them.
        library_name: library that loads such artifacts, as the Hub calls it.
    """

    name: ClassVar[str]
    distributions: ClassVar[tuple[str, ...]]
    install: ClassVar[str]
    library_name: ClassVar[str | None]

    def __init__(self, folder: Path, profile: RunnerProfile) -> None:
        """Load model and tokenizer and answer for one token, so that faults show now.

        Raises:
            EvidenceError: a file is missing or the parts do not fit together.
        """
        decoding = profile.tokens
        if decoding is None:
            msg = f"the runner {self.name} needs the part `tokens` of the profile"
            raise EvidenceError(msg)
        config = _read_config(folder)
        names = _label_names(config)
        self._decoding = decoding
        self._table: LabelTable = label_table(names, decoding.label_map)
        self._width = len(names)
        self._tokenizer = _load_tokenizer(folder)
        probe = _probe(self._tokenizer)
        self._frame = _frame(self._tokenizer, probe)
        self._pad = _pad_id(config, self._tokenizer)
        self._room = decoding.window - self._frame.size
        if self._room <= decoding.stride:
            msg = (
                f"a window of {decoding.window} tokens holds {self._room} beside the special ones, "
                f"which is not more than the stride of {decoding.stride}"
            )
            raise EvidenceError(msg)
        self._backend = self._load(folder, config, self._width)
        ids = self._tokenizer.encode(probe, add_special_tokens=False).ids
        self._run([_Piece(text=0, ids=tuple(ids[: self._room]))])

    @abstractmethod
    def _load(self, folder: Path, config: Mapping[str, object], width: int) -> Backend:
        """Load the weights.

        Args:
            folder: the artifact.
            config: its config.json.
            width: how many labels that names.

        Raises:
            EvidenceError: they cannot be loaded.
        """

    def predict(self, texts: Sequence[str]) -> Sequence[tuple[PredictedSpan, ...] | Exception]:
        """One answer per text, in order: its spans, or why there are none."""
        faults: dict[int, Exception] = {}
        encoded: dict[int, _Encoded] = {}
        for number, text in enumerate(texts):
            try:
                encoded[number] = self._encode(text)
            except Exception as error:  # noqa: BLE001 - one text must not fail the others
                faults[number] = error
        pieces = [
            _Piece(text=number, ids=one.ids[start:end])
            for number, one in encoded.items()
            for start, end in one.windows
        ]
        logits = self._logits(pieces, faults)
        spans: list[tuple[PredictedSpan, ...] | Exception] = []
        for number, text in enumerate(texts):
            if number not in faults:
                try:
                    spans.append(self._decode(text, encoded[number], logits.get(number, [])))
                    continue
                except Exception as error:  # noqa: BLE001 - as above
                    faults[number] = error
            spans.append(faults[number])
        return spans

    def _encode(self, text: str) -> _Encoded:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        tokens = locate(text, encoding.offsets, encoding.word_ids)
        windows = plan_windows(tokens.words, window=self._room, stride=self._decoding.stride)
        return _Encoded(ids=tuple(encoding.ids), tokens=tokens, windows=windows)

    def _logits(
        self, pieces: Sequence[_Piece], faults: dict[int, Exception]
    ) -> dict[int, list[Numbers]]:
        """Logits of every window, by text; texts that fail go to `faults`."""
        answers: dict[int, Numbers] = {}
        batches = plan_batches(
            [len(piece.ids) + self._frame.size for piece in pieces],
            max_padded_tokens=self._decoding.max_padded_tokens,
            max_items=self._decoding.max_items,
            # A model that is not told which tokens are padding may look at them.
            padded="attention_mask" in self._backend.roles,
        )
        for batch in batches:
            try:
                answers |= zip(batch, self._run([pieces[index] for index in batch]), strict=True)
            except Exception:  # noqa: BLE001 - find out below which text it was
                for index in batch:
                    try:
                        answers[index] = self._run([pieces[index]])[0]
                    except Exception as error:  # noqa: BLE001 - said for this text alone
                        faults.setdefault(pieces[index].text, error)
        by_text: dict[int, list[Numbers]] = {}
        for index in sorted(answers):
            by_text.setdefault(pieces[index].text, []).append(answers[index])
        return by_text

    def _run(self, pieces: Sequence[_Piece]) -> list[Numbers]:
        """Logits of each piece without special tokens and padding."""
        frame = self._frame
        lengths = [len(piece.ids) + frame.size for piece in pieces]
        shape = (len(pieces), max(lengths))
        feed = {role: np.zeros(shape, dtype=np.int64) for role in ROLES}
        feed["input_ids"][:] = self._pad
        feed["position_ids"][:] = np.arange(shape[1])
        before, body, after = frame.types
        for row, (piece, length) in enumerate(zip(pieces, lengths, strict=True)):
            feed["input_ids"][row, :length] = (*frame.prefix, *piece.ids, *frame.suffix)
            feed["attention_mask"][row, :length] = 1
            feed["token_type_ids"][row, :length] = (*before, *[body] * len(piece.ids), *after)
        answer = self._backend.logits({role: feed[role] for role in self._backend.roles})
        if answer.shape != (*shape, self._width):
            msg = (
                f"the model answers with shape {answer.shape}, "
                f"wanted {(*shape, self._width)}: config.json names {self._width} labels"
            )
            raise EvidenceError(msg)
        first = len(frame.prefix)
        return [
            answer[row, first : first + len(piece.ids)].astype(np.float64)
            for row, piece in enumerate(pieces)
        ]

    def _decode(
        self, text: str, encoded: _Encoded, logits: Sequence[Numbers]
    ) -> tuple[PredictedSpan, ...]:
        if not encoded.ids:
            return ()
        # Every window counts, also where another one decides: a model that answers NaN is broken.
        shares = [softmax(window) for window in logits]
        chosen = stitch(encoded.windows, len(encoded.ids))
        rows = [
            shares[window][token - encoded.windows[window][0]]
            for token, window in enumerate(chosen)
        ]
        return decode_words(
            text,
            encoded.tokens,
            np.stack(rows),
            table=self._table,
            threshold=self._decoding.threshold,
        )


def _read_config(folder: Path) -> dict[str, object]:
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except FileNotFoundError:
        msg = "the artifact has no config.json"
        raise EvidenceError(msg) from None
    except (ValueError, RecursionError):
        msg = "config.json is not valid JSON"
        raise EvidenceError(msg) from None
    if not isinstance(config, dict):
        msg = "config.json is not an object"
        raise EvidenceError(msg)
    return cast("dict[str, object]", config)


def _label_names(config: Mapping[str, object]) -> list[str]:
    table = config.get("id2label")
    if not isinstance(table, dict) or not table:
        msg = "config.json has no id2label"
        raise EvidenceError(msg)
    names = [table.get(str(number)) for number in range(len(table))]
    if not all(isinstance(name, str) and name for name in names):
        msg = f"id2label of config.json does not name 0 to {len(table) - 1}"
        raise EvidenceError(msg)
    return cast("list[str]", names)


def _load_tokenizer(folder: Path) -> "Tokenizer":
    from tokenizers import Tokenizer  # noqa: PLC0415 - heavy; only the child process needs it

    path = folder / "tokenizer.json"
    if not path.is_file():
        msg = "the artifact has no tokenizer.json (a slow tokenizer alone cannot be run)"
        raise EvidenceError(msg)
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception:  # noqa: BLE001 - the package raises bare Exception
        msg = "tokenizer.json cannot be read by tokenizers"
        raise EvidenceError(msg) from None
    # Exports carry the settings of their training; either would cut or fill texts silently.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _probe(tokenizer: "Tokenizer") -> str:
    for probe in _PROBES:
        if tokenizer.encode(probe, add_special_tokens=False).ids:
            return probe
    msg = "tokenizer.json makes no tokens of plain words"
    raise EvidenceError(msg)


def _frame(tokenizer: "Tokenizer", probe: str) -> _Frame:
    bare = tokenizer.encode(probe, add_special_tokens=False).ids
    full = tokenizer.encode(probe, add_special_tokens=True)
    first = next((at for at, flag in enumerate(full.special_tokens_mask) if not flag), 0)
    last = first + len(bare)
    if full.ids[first:last] != bare:
        msg = "tokenizer.json: the special tokens around a text cannot be told from the text"
        raise EvidenceError(msg)
    types = full.type_ids
    return _Frame(
        prefix=tuple(full.ids[:first]),
        suffix=tuple(full.ids[last:]),
        types=(tuple(types[:first]), types[first], tuple(types[last:])),
    )


def _pad_id(config: Mapping[str, object], tokenizer: "Tokenizer") -> int:
    named = config.get("pad_token_id")
    if isinstance(named, int):
        return named
    known = (tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>"))
    return next((number for number in known if number is not None), 0)
