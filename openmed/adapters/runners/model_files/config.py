"""What `config.json` says of a token classifier, read as transformers reads it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from openmed.errors import EvidenceError

FILE = "config.json"
_FROM_PADDING = frozenset(
    {
        "camembert", "data2vec-text", "esm", "ibert", "layoutlmv3", "lilt", "longformer", "luke",
        "markuplm", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl",
        "xmod",
    }
)  # fmt: skip
"""Model types whose positions begin after the padding id: `create_position_ids_from_input_ids`."""
_FROM_ZERO = frozenset(
    {
        "albert", "bert", "big_bird", "convbert", "deberta", "deberta-v2", "distilbert", "electra",
        "ernie", "eurobert", "gpt2", "layoutlm", "megatron-bert", "mobilebert", "modernbert",
        "rembert", "roformer",
    }
)  # fmt: skip
_PADDING_OF_ROBERTA = 1
_MOST_LABELS = 100_000


def read_json(path: Path) -> dict[str, object] | None:
    """A file's object; None when there is no such file.

    Raises:
        EvidenceError: it is no JSON object.
    """
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError):
        msg = f"{path.name} is not valid JSON"
        raise EvidenceError(msg) from None
    if not isinstance(found, dict):
        msg = f"{path.name} is not an object"
        raise EvidenceError(msg)
    return cast("dict[str, object]", found)


def read_config(folder: Path) -> dict[str, object]:
    """The artifact's config.json.

    Raises:
        EvidenceError: it is not there, or no JSON object.
    """
    found = read_json(folder / FILE)
    if found is None:
        msg = "the artifact has no config.json"
        raise EvidenceError(msg)
    return found


def label_names(config: Mapping[str, object]) -> list[str]:
    """The label of each output column.

    A config without `id2label` has `num_labels` of them, or two: transformers leaves the default
    out when it writes one. A list is read in its order.

    Raises:
        EvidenceError: the columns are not named 0, 1, 2 … each.
    """
    table = config.get("id2label")
    if table is None:
        return [f"LABEL_{number}" for number in range(_number_of_labels(config))]
    if isinstance(table, list):
        table = {str(number): name for number, name in enumerate(table)}
    if not isinstance(table, dict) or not table:
        msg = "id2label of config.json is neither an object nor a list, or it is empty"
        raise EvidenceError(msg, next_step='write it as {"0": "O", "1": "B-NAME", …}')
    names = [table.get(str(number)) for number in range(len(table))]
    if not all(isinstance(name, str) and name for name in names):
        msg = f"id2label of config.json does not name 0 to {len(table) - 1}"
        raise EvidenceError(msg)
    return cast("list[str]", names)


def _number_of_labels(config: Mapping[str, object]) -> int:
    number = config.get("num_labels")
    if number is None and isinstance(config.get("label2id"), dict):
        msg = "config.json has label2id and no id2label, which transformers reads as LABEL_0, …"
        raise EvidenceError(msg, next_step="write id2label into config.json")
    if number is None:
        return 2
    if isinstance(number, int) and 0 < number <= _MOST_LABELS:
        return number
    msg = "num_labels of config.json is not a number of labels"
    raise EvidenceError(msg)


def model_type(config: Mapping[str, object]) -> str:
    """The architecture, e.g. `bert`; empty when it is not named."""
    found = config.get("model_type")
    return found if isinstance(found, str) else ""


def pad_id(config: Mapping[str, object], known: Mapping[str, int]) -> int:
    """The id of padding.

    Args:
        config: config.json.
        known: the vocabulary's ids of `[PAD]` and `<pad>`, where it has them.
    """
    named = config.get("pad_token_id")
    if isinstance(named, int):
        return named
    if known:
        return next(iter(known.values()))
    return _PADDING_OF_ROBERTA if counts_from_padding(config) else 0


def most_positions(config: Mapping[str, object]) -> int | None:
    """Most tokens of an input, special ones included; None when the file does not say.

    The RoBERTa family leaves the positions up to the padding id out.
    """
    found = config.get("max_position_embeddings")
    if isinstance(found, bool) or not isinstance(found, int) or found <= 0:
        return None
    return found - pad_id(config, {}) - 1 if counts_from_padding(config) else found


def counts_from_padding(config: Mapping[str, object]) -> bool:
    """Whether the first position is the padding id + 1, as in RoBERTa."""
    return model_type(config) in _FROM_PADDING


def require_known_positions(config: Mapping[str, object]) -> None:
    """Refuse to guess positions for a graph that asks for them.

    Raises:
        EvidenceError: how this architecture counts them is not known.
    """
    kind = model_type(config)
    if kind in _FROM_PADDING | _FROM_ZERO:
        return
    named = f"the model_type {kind[:40]!r}" if kind else "no model_type"
    msg = (
        f"the model takes position_ids, and config.json names {named}: where they start is unknown"
    )
    raise EvidenceError(
        msg, next_step="export the model without position_ids, so that it counts by itself"
    )
