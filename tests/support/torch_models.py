"""Our weights as a model that transformers saved. Needs the extra `[transformers]`."""

from importlib import import_module
from pathlib import Path

from support.token_families import Family, labels, weights, write_configs


def save_safetensors(folder: Path, family: Family, scheme: str, *, seed: int) -> None:
    """Write `model.safetensors` beside the files of a tokenizer and its configuration.

    Args:
        folder: where `config.json` is.
        family: of which tokenizer and architecture.
        scheme: of the labels.
        seed: of the weights.
    """
    torch, transformers = import_module("torch"), import_module("transformers")
    config = transformers.AutoConfig.from_pretrained(str(folder))
    values = weights(config.vocab_size, len(labels(scheme)), seed=seed)
    model = transformers.AutoModelForTokenClassification.from_config(config)
    base = model.base_model_prefix
    named = {
        name.replace("bert.", f"{base}.", 1): torch.from_numpy(value.copy())
        for name, value in values.items()
    }
    lacks = model.load_state_dict(named, strict=False)
    assert not lacks.unexpected_keys, lacks
    assert not [name for name in lacks.missing_keys if "position_ids" not in name], lacks
    model.save_pretrained(folder)
    # It writes its own; ours say what people's say.
    write_configs(folder, family, scheme)
