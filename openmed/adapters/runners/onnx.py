"""Runner `onnx`: any Hugging Face token-classification export, on one thread of the CPU.

The tree must hold exactly one `.onnx` file: with two, the bytes that were not measured would
be released beside those that were. Where a source brings several, `model_file` of the profile
chooses, and staging leaves the others out. onnxruntime is imported when a model is loaded, not
before.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from openmed.adapters.runners.model_files.config import label_names
from openmed.adapters.runners.token_classifier import ROLES, Backend, Feed, TokenClassifier
from openmed.domain.text.exception_names import exception_name
from openmed.errors import EvidenceError

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


class OnnxTokenClassifier(TokenClassifier):
    """A token classifier that onnxruntime computes."""

    name: ClassVar[str] = "onnx"
    distributions: ClassVar[tuple[str, ...]] = ("numpy", "onnxruntime", "regex", "tokenizers")
    install: ClassVar[str] = "pip install 'openmed-release[onnx]'"
    library_name: ClassVar[str | None] = "onnx"

    def _load(self, folder: Path, config: Mapping[str, object], model_file: str | None) -> Backend:
        width = len(label_names(config))
        return _OnnxBackend(_load_session(folder, _only_model(folder, model_file)), width)


class _OnnxBackend(Backend):
    def __init__(self, session: _Session, width: int) -> None:
        self._session = session
        self._inputs = _inputs(session)
        self._output = _output(session, width)
        self.roles = frozenset(self._inputs)

    def logits(self, feed: Feed) -> NDArray[Any]:
        """Logits of one batch."""
        typed = {role: feed[role].astype(kind) for role, kind in self._inputs.items()}
        return self._session.run([self._output], typed)[0]


def _only_model(folder: Path, model_file: str | None) -> Path:
    files = sorted(path for path in folder.rglob("*.onnx") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in files]
    if model_file is not None and model_file not in names:
        msg = f"the profile's model_file is {model_file}; the artifact has {', '.join(names)}"
        raise EvidenceError(msg)
    if len(files) != 1:
        msg = f"the artifact must hold exactly one .onnx file, found: {', '.join(names) or 'none'}"
        help_ = (
            "choose with `model_file` in the part `tokens` of the profile; staging drops the rest"
        )
        raise EvidenceError(msg, next_step=help_ if names else "export the model to ONNX")
    return files[0]


def _load_session(folder: Path, file: Path) -> _Session:
    import onnxruntime  # noqa: PLC0415 - heavy; only the child process needs it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(
            str(file), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # noqa: BLE001 - the package's errors have no common base
        lacking = _lacking(folder, str(error))[:80]
        if lacking:
            msg = f"{file.name} keeps weights in {lacking}, which is not in the artifact"
            raise EvidenceError(msg, next_step=f"bring {lacking} along") from None
        msg = f"onnxruntime cannot load the model: {exception_name(error)}"
        raise EvidenceError(msg) from None
    return cast("_Session", session)


def _lacking(folder: Path, message: str) -> str:
    """The file of the artifact that a message of onnxruntime names and that is not there."""
    places = {str(folder), str(folder.resolve())}
    for place in sorted(places):
        for name in re.findall(re.escape(place) + r"/([\w./+-]+)", message):
            if ".." not in name and not (folder / name).exists():
                return str(name)
    return ""


def _inputs(session: _Session) -> dict[str, type[np.generic]]:
    declared = session.get_inputs()
    names = [value.name for value in declared]
    strange = sorted(set(names) - set(ROLES))
    if strange or "input_ids" not in names:
        msg = f"the model wants inputs {', '.join(names)}; known are {', '.join(ROLES)}"
        raise EvidenceError(msg)
    fixed = [value for value in declared if any(isinstance(size, int) for size in value.shape)]
    odd = [value.type for value in declared if value.type not in _DTYPES]
    if fixed or odd:
        what = f"type {odd[0]}"
        if fixed:
            what = f"a fixed shape: {fixed[0].name} is {fixed[0].shape}"
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
