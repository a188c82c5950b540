"""Runner `onnx`: any Hugging Face token-classification export, on one thread of the CPU.

The tree must hold exactly one `.onnx` file: with two, the bytes that were not measured would
be released beside those that were. Nothing of the tree is ever executed as code, and nothing
is fetched. What decides spans is in `domain/decoding.py`; here is only what touches the
packages. onnxruntime and tokenizers are imported when a model is loaded, not before.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from openmed.domain.decoding import (
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
from openmed.domain.profile import RunnerProfile
from openmed.domain.span import PredictedSpan
from openmed.errors import EvidenceError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_PROBES = ("a", "1", "the")
_ROLES = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
_DTYPES: Mapping[str, type[np.generic]] = {
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(bool)": np.bool_,
}
_RANK = 3


class _Value(Protocol):
    """What onnxruntime says about one input or output."""

    name: str
    type: str
    shape: list[object]


class _Session(Protocol):
    """The part of `onnxruntime.InferenceSession` that is used."""

    def get_inputs(self) -> list[_Value]:
        """Declared inputs."""

    def get_outputs(self) -> list[_Value]:
        """Declared outputs."""

    def run(self, names: list[str], feed: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """Compute."""


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


class OnnxTokenClassifier:
    """A token classifier in memory.

    Attributes:
        distributions: packages whose versions are part of the runtime.
        install: the command that installs them.
    """

    distributions: ClassVar[tuple[str, ...]] = ("numpy", "onnxruntime", "tokenizers")
    install: ClassVar[str] = "pip install 'openmed-release[onnx]'"

    def __init__(self, folder: Path, profile: RunnerProfile) -> None:
        """Load model and tokenizer and answer for one token, so that faults show now.

        Raises:
            EvidenceError: a file is missing or the parts do not fit together.
        """
        decoding = profile.tokens
        if decoding is None:
            msg = "the runner onnx needs the part `tokens` of the profile"
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
        self._session = _load_session(folder)
        self._inputs = _inputs(self._session)
        self._output = _output(self._session, self._width)
        ids = self._tokenizer.encode(probe, add_special_tokens=False).ids
        self._run([_Piece(text=0, ids=tuple(ids[: self._room]))])

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
            padded="attention_mask" in self._inputs,
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
        feed = {role: np.zeros(shape, dtype=np.int64) for role in _ROLES}
        feed["input_ids"][:] = self._pad
        feed["position_ids"][:] = np.arange(shape[1])
        before, body, after = frame.types
        for row, (piece, length) in enumerate(zip(pieces, lengths, strict=True)):
            feed["input_ids"][row, :length] = (*frame.prefix, *piece.ids, *frame.suffix)
            feed["attention_mask"][row, :length] = 1
            feed["token_type_ids"][row, :length] = (*before, *[body] * len(piece.ids), *after)
        answer = self._session.run(
            [self._output], {role: feed[role].astype(kind) for role, kind in self._inputs.items()}
        )[0]
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


def _load_session(folder: Path) -> _Session:
    import onnxruntime  # noqa: PLC0415 - heavy; only the child process needs it

    files = sorted(path for path in folder.rglob("*.onnx") if path.is_file())
    if len(files) != 1:
        names = ", ".join(path.relative_to(folder).as_posix() for path in files) or "none"
        msg = f"the artifact must hold exactly one .onnx file, found: {names}"
        raise EvidenceError(msg, next_step="stage only the file that is to be released")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            str(files[0]), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # noqa: BLE001 - the package's errors have no common base
        msg = f"onnxruntime cannot load the model: {type(error).__name__}"
        raise EvidenceError(msg) from None
    return cast("_Session", session)


def _inputs(session: _Session) -> dict[str, type[np.generic]]:
    declared = session.get_inputs()
    names = [value.name for value in declared]
    strange = sorted(set(names) - set(_ROLES))
    if strange or "input_ids" not in names:
        msg = f"the model wants inputs {', '.join(names)}; known are {', '.join(_ROLES)}"
        raise EvidenceError(msg)
    fixed = any(isinstance(size, int) for value in declared for size in value.shape)
    odd = [value.type for value in declared if value.type not in _DTYPES]
    if fixed or odd:
        what = "a fixed shape" if fixed else f"type {odd[0]}"
        msg = f"an input of the model has {what}"
        raise EvidenceError(msg, next_step="export the model with dynamic batch and sequence axes")
    return {value.name: _DTYPES[value.type] for value in declared}


def _output(session: _Session, width: int) -> str:
    declared = session.get_outputs()
    found = [value for value in declared if value.name == "logits"] or declared
    if len(found) != 1 or len(found[0].shape) not in {0, _RANK}:
        msg = "the model has no output `logits` of shape [batch, sequence, labels]"
        raise EvidenceError(msg)
    last = found[0].shape[-1] if found[0].shape else None
    if isinstance(last, int) and last != width:
        msg = f"the model answers with {last} labels, config.json names {width}"
        raise EvidenceError(msg)
    return found[0].name
