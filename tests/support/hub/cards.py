"""What the Hub accepts as metadata of a card, as far as it is known.

Not measured: the real Hub's whole schema. What is checked here is what its documentation states.
"""

from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # ships no types

LICENCES = frozenset((Path(__file__).parent / "licences.txt").read_text(encoding="utf-8").split())
"""Ids it knows, as of 2026-08."""
RELATIONS = frozenset({"adapter", "merge", "quantized", "finetune"})
_LISTS = ("tags", "datasets", "metrics", "language", "base_model")
_TEXTS = ("pipeline_tag", "library_name", "license_name", "license_link", "new_version")


def metadata(text: str) -> object:
    """What stands between the two rules at the top, None when nothing does."""
    if not text.startswith("---\n"):
        return None
    block, rule, _ = text.removeprefix("---\n").partition("\n---")
    if not rule:
        return None
    try:
        found: object = yaml.safe_load(block)
    except yaml.YAMLError:
        return "unreadable"
    return found


def faults_of(text: str) -> tuple[list[str], list[str]]:
    """Errors and warnings about a card."""
    found = metadata(text)
    if found is None:
        return [], ["empty or missing yaml metadata in repo card"]
    if not isinstance(found, dict):
        return ["the metadata cannot be read as YAML"], []
    return [*_licence(found), *_forms(found), *_results(found)], []


def _licence(found: dict[str, Any]) -> list[str]:
    named = found.get("license")
    if named is None:
        return []
    wrong = [one for one in (named if isinstance(named, list) else [named]) if one not in LICENCES]
    return [f'"license" must be one of the known ids, not {wrong[0]}'] if wrong else []


def _forms(found: dict[str, Any]) -> list[str]:
    faults = [
        f'"{key}" must be a string or a list of strings'
        for key in _LISTS
        if not _is_texts(found.get(key, ""))
    ]
    faults += [
        f'"{key}" must be a string' for key in _TEXTS if not isinstance(found.get(key, ""), str)
    ]
    if found.get("base_model_relation", "merge") not in RELATIONS:
        faults.append(f'"base_model_relation" must be one of {", ".join(sorted(RELATIONS))}')
    return faults


def _is_texts(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(one, str) for one in value)
    )


def _results(found: dict[str, Any]) -> list[str]:
    models = found.get("model-index", [])
    if not isinstance(models, list):
        return ['"model-index" must be an array']
    faults = []
    for at, model in enumerate(models):
        where = f'"model-index[{at}]'
        if not isinstance(model, dict) or not isinstance(model.get("name"), str):
            faults.append(f'{where}.name" is required')
            continue
        rows = model.get("results")
        if not isinstance(rows, list):
            faults.append(f'{where}.results" is required')
            continue
        for number, row in enumerate(rows):
            faults += _result(row, f"{where}.results[{number}]")
    return faults


def _result(row: object, where: str) -> list[str]:
    if not isinstance(row, dict):
        return [f'{where}" must be an object']
    wanted = {"task": ("type",), "dataset": ("type", "name")}
    faults = [
        f'{where}.{part}.{key}" is required'
        for part, keys in wanted.items()
        for key in keys
        if not isinstance((row.get(part) or {}).get(key), str)
    ]
    metrics = row.get("metrics")
    if not isinstance(metrics, list) or not metrics:
        return [*faults, f'{where}.metrics" is required']
    return faults + [
        f'{where}.metrics" need type and value'
        for metric in metrics
        if not isinstance(metric, dict) or "type" not in metric or "value" not in metric
    ]
