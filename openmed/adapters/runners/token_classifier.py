"""What every runner of token classifiers does, whatever computes the logits.

Texts are cut into windows, windows are put into batches, logits are stitched and decoded. What
decides spans is in `domain/inference/`; how the artifact's files are read is in
`model_files/`; what touches a package that computes is in the module of
each runner. Nothing of the tree is ever executed as code, and nothing is fetched. tokenizers is
imported when a model is loaded, not before.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from openmed.adapters.runners.model_files import config as model_config
from openmed.adapters.runners.model_files.tokenizer import LoadedTokenizer, load_tokenizer
from openmed.domain.inference.decoders import DecodingPlan, EncodedText, decoder_of
from openmed.domain.inference.decoding import Numbers
from openmed.domain.inference.profile import RunnerProfile, TokenDecoding
from openmed.domain.inference.windows import ONE_AT_A_TIME, TOO_WIDE, plan_batches
from openmed.domain.text.exception_names import exception_name
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
    """One tokenised text, and what is to be computed for it."""

    ids: tuple[int, ...]
    plan: DecodingPlan


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
        config = model_config.read_config(folder)
        names = model_config.label_names(config)
        loaded = load_tokenizer(folder, config)
        self._decoding = decoding
        self._width = len(names)
        self._tokenizer = loaded.tokenizer
        self._unknown = loaded.unknown
        probe = _probe(self._tokenizer)
        self._frame = _frame(self._tokenizer, probe)
        self._pad = model_config.pad_id(config, _padding_tokens(self._tokenizer))
        self._is_from_padding = model_config.counts_from_padding(config)
        self._room = _room(decoding, loaded, self._frame)
        try:
            self._decode = decoder_of(decoding, names, room=self._room, traits=loaded.traits)
        except EvidenceError as error:
            if config.get("id2label") is not None:
                raise
            help_ = "write id2label into config.json; without it these are transformers' names"
            raise EvidenceError(error.message, next_step=help_) from None
        self._backend = self._load(folder, config, decoding.model_file)
        if "position_ids" in self._backend.roles:
            model_config.require_known_positions(config)
        self._try(self._tokenizer.encode(probe, add_special_tokens=False).ids, config)

    @abstractmethod
    def _load(self, folder: Path, config: Mapping[str, object], model_file: str | None) -> Backend:
        """Load the weights.

        Args:
            folder: the artifact.
            config: its config.json.
            model_file: the file the profile names; None = the only one there is.

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
            for start, end in one.plan.windows
        ]
        logits = self._logits(pieces, faults)
        spans: list[tuple[PredictedSpan, ...] | Exception] = []
        for number in range(len(texts)):
            if number not in faults:
                try:
                    spans.append(
                        encoded[number].plan.spans(logits[number]) if number in logits else ()
                    )
                    continue
                except Exception as error:  # noqa: BLE001 - as above
                    faults[number] = error
            spans.append(faults[number])
        return spans

    def _try(self, ids: Sequence[int], config: Mapping[str, object]) -> None:
        """Answer for one token, for a whole window, and for two texts at once.

        Raises:
            EvidenceError: the model does not.
        """
        window = self._decoding.window
        short, whole = tuple(ids[: self._room]), (tuple(ids) * self._room)[: self._room]
        places = config.get("max_position_embeddings")
        of = f" (config.json: max_position_embeddings {places})" if isinstance(places, int) else ""
        # What does not fit together at all is told as it is.
        self._run([_Piece(text=0, ids=short)])
        self._require_answer(
            (whole,),
            f"the model {TOO_WIDE} of {window} tokens that runner_profile.json has{of}",
            "set `window` to what the model was trained with, special tokens included",
        )
        if self._decoding.max_items > 1:
            self._require_answer(
                (short, (*short, *short)[: self._room]),
                f"the model {ONE_AT_A_TIME}: its batch axis is static",
                "export the model with a dynamic batch axis, or set `max_items` to 1",
            )

    def _require_answer(
        self, pieces: Sequence[tuple[int, ...]], fault: str, next_step: str
    ) -> None:
        try:
            self._run([_Piece(text=0, ids=ids) for ids in pieces])
        except Exception as error:  # noqa: BLE001 - the packages' errors have no common base
            msg = f"{fault}: {exception_name(error)}"
            raise EvidenceError(msg, next_step=next_step) from None

    def _encode(self, text: str) -> _Encoded:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        entries = [
            "" if number == self._unknown else token
            for number, token in zip(encoding.ids, encoding.tokens, strict=True)
        ]
        encoded = EncodedText(encoding.offsets, encoding.word_ids, entries)
        return _Encoded(ids=tuple(encoding.ids), plan=self._decode(text, encoded))

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
        if self._is_from_padding:
            is_token = feed["input_ids"] != self._pad
            feed["position_ids"] = np.cumsum(is_token, axis=1) * is_token + self._pad
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


def _room(decoding: TokenDecoding, loaded: LoadedTokenizer, frame: _Frame) -> int:
    """Tokens of a text that a window holds.

    Raises:
        EvidenceError: too few, or the window is more than the tokenizer's files allow.
    """
    if loaded.longest is not None and decoding.window > loaded.longest:
        msg = (
            f"runner_profile.json has a window of {decoding.window} tokens, tokenizer_config.json "
            f"a model_max_length of {loaded.longest}"
        )
        raise EvidenceError(msg, next_step=f"set `window` to {loaded.longest}")
    room = decoding.window - frame.size
    if room <= decoding.stride:
        msg = (
            f"a window of {decoding.window} tokens holds {room} beside the special ones, "
            f"which is not more than the stride of {decoding.stride}"
        )
        raise EvidenceError(msg)
    return room


def _padding_tokens(tokenizer: "Tokenizer") -> dict[str, int]:
    found = {name: tokenizer.token_to_id(name) for name in ("[PAD]", "<pad>")}
    return {name: number for name, number in found.items() if number is not None}


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
