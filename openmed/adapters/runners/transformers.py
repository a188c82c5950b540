"""Runner `transformers`: a Hugging Face token classifier kept as safetensors, on one CPU thread.

The tree must hold exactly one weight file. Code of the tree is never run (`auto_map` is refused),
nothing is fetched, and weights the file does not hold are an error: the package would make them up
at random and only warn. torch and transformers are imported when a model is loaded (extra
`[transformers]`). The tokenizer is the one of `tokenizer.json`, as for the runner `onnx`.
"""

import inspect
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from numpy.typing import NDArray

from openmed.adapters.runners.token_classifier import Backend, Feed, TokenClassifier
from openmed.domain.text.exception_names import exception_name
from openmed.errors import EvidenceError

if TYPE_CHECKING:
    from torch.nn import Module

_WEIGHTS = (".safetensors", ".onnx", ".gguf", ".h5", ".msgpack")
# Models count positions in their own way, some from the padding id on: they do it themselves.
_ROLES = ("input_ids", "attention_mask", "token_type_ids")


class TransformersTokenClassifier(TokenClassifier):
    """A token classifier that torch computes."""

    name: ClassVar[str] = "transformers"
    distributions: ClassVar[tuple[str, ...]] = (
        "numpy", "regex", "safetensors", "tokenizers", "torch", "transformers",
    )  # fmt: skip
    install: ClassVar[str] = "pip install 'openmed-release[transformers]'"
    library_name: ClassVar[str | None] = "transformers"

    def _load(self, folder: Path, config: Mapping[str, object], model_file: str | None) -> Backend:
        if model_file not in {None, "model.safetensors"}:
            msg = f"the profile's model_file is {model_file}, wanted model.safetensors"
            raise EvidenceError(msg, next_step="leave model_file out")
        _require_plain(folder, config)
        return _TorchBackend(_model(folder))


class _TorchBackend(Backend):
    def __init__(self, model: "Module") -> None:
        self._model = model
        taken = inspect.signature(model.forward).parameters
        self.roles = frozenset(role for role in _ROLES if role in taken)

    def logits(self, feed: Feed) -> NDArray[Any]:
        """Logits of one batch."""
        import torch  # noqa: PLC0415 - heavy; only the child process needs it

        with torch.inference_mode():
            tensors = {role: torch.from_numpy(values) for role, values in feed.items()}
            answer = self._model(**tensors, return_dict=True).logits
        return cast("NDArray[Any]", answer.float().numpy())


def _require_plain(folder: Path, config: Mapping[str, object]) -> None:
    files = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix in _WEIGHTS and path.is_file()
    )
    if len(files) != 1 or not files[0].endswith(".safetensors"):
        msg = f"the artifact must hold exactly one weight file, a .safetensors, found: {files}"
        raise EvidenceError(msg, next_step="stage only the file that is to be released")
    if files[0] != "model.safetensors":
        raise EvidenceError(f"the weights are called {files[0]}, wanted model.safetensors")
    if "auto_map" in config:
        raise EvidenceError("config.json names code of the artifact (auto_map), which is never run")


def _model(folder: Path) -> "Module":
    # Read when the package is imported: it may not even try.
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch  # noqa: PLC0415 - heavy; only the child process needs it
    from transformers import AutoModelForTokenClassification  # noqa: PLC0415 - as above

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(mode=True)
    try:
        model, said = AutoModelForTokenClassification.from_pretrained(
            str(folder),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            attn_implementation="eager",
            output_loading_info=True,
        )
    except Exception as error:  # noqa: BLE001 - the package's errors have no common base
        msg = f"transformers cannot load the model: {exception_name(error)}"
        raise EvidenceError(msg) from None
    lacks = [*said.get("missing_keys", ()), *said.get("mismatched_keys", ())]
    if lacks:
        msg = f"model.safetensors lacks {len(lacks)} weights that config.json asks for"
        raise EvidenceError(msg, next_step="export the whole classifier, its head included")
    return cast("Module", model.eval())
