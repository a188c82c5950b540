"""What people write in a release repository of many slots: queue, catalogue, profiles, policy."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FAMILY: Final = 10
"""Slots of one family, whatever the size of the fleet, so that its rollback stays one thing."""
MOST: Final = 4096
"""Slots that the end of a profile can tell apart at one length."""
SUITES: Final = ("golden", "shield-synthetic")
MODEL: Final = "models/pii-tiny"
_THRESHOLDS: Final = (-0.0004, -0.0002, 0.0, 0.0002)
"""How far the threshold is from the model's own: so near that its policy fits them all."""
_LABELS: Final = (
    "PATIENT_NAME", "PROVIDER_NAME", "DATE", "PHONE", "EMAIL", "SSN", "MRN", "STREET_ADDRESS",
    "CITY", "ZIPCODE",
)  # fmt: skip


def family_of(number: int) -> str:
    """Family of a slot."""
    return f"family{number // FAMILY:03d}"


def slot_of(number: int) -> str:
    """Name of a slot."""
    return f"{family_of(number)}::tiny::onnx::line{number % FAMILY}"


def profile_name(number: int) -> str:
    """Where its runner profile lies."""
    return f"gates/profiles/{number:04d}.json"


def write_profile(
    root: Path, number: int, *, variant: int, build: int, base: Mapping[str, object]
) -> None:
    """Write a slot's runner profile.

    The measured ones differ in batches and threshold. One that follows a measured one differs in
    the spaces and tabs behind it, which no runner reads and every digest sees. So does each next
    build. There are always as many, so that all artifacts of a variant are of one size.
    """
    tokens = base["tokens"]
    assert isinstance(tokens, Mapping)
    threshold = round(float(tokens["threshold"]) + _THRESHOLDS[variant % len(_THRESHOLDS)], 4)
    changed = {**tokens, "threshold": threshold, "max_items": 8 + variant // len(_THRESHOLDS)}
    text = json.dumps({**base, "tokens": changed}, indent=1)
    end = f"{number:012b}{build:012b}".translate({ord("0"): " ", ord("1"): "\t"})
    path = root / profile_name(number)
    path.parent.mkdir(exist_ok=True)
    _replace(path, f"{text}{end}\n")


def write_queue(root: Path, slots: int) -> None:
    """Write queue and catalogue of so many slots."""
    rows = "\n".join(map(_candidate, range(slots)))
    _replace(root / "gates/candidates.toml", rows)
    lines = "".join(f"{json.dumps(_listed(number))}\n" for number in range(slots))
    _replace(root / "models.jsonl", lines)


def write_policy(root: Path) -> None:
    """Make the tiny model's policy that of every slot, for suites that are the same every week.

    Fleets are made on busy machines, where the budgets of its latency say nothing.
    """
    policies = root / "gates/policy"
    text = (policies / "pii--tiny--onnx.toml").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^suites = .*$", f"suites = {json.dumps(SUITES)}", text, count=1)
    text, patient = re.subn(r"p50_ms = \d+, p95_ms = \d+", "p50_ms = 6000, p95_ms = 15000", text)
    assert patient == 1, "the policy has other latency budgets"
    text = "".join(_tables(text, without=("gates.generalization",)))
    (policies / "default.toml").write_text(text, encoding="utf-8")
    for unused in ("pii.toml", "pii--tiny--onnx.toml"):
        (policies / unused).unlink()


def _replace(path: Path, text: str) -> None:
    """Write a file anew: in a copy of a fleet it may be a link to that of the fleet."""
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def _tables(text: str, *, without: Iterable[str]) -> Iterable[str]:
    """A TOML text table by table, some left out."""
    for table in re.split(r"(?m)^(?=\[gates\.)", text):
        if not any(table.startswith(f"[{name}]") for name in without):
            yield table


def _candidate(number: int) -> str:
    return f"""[[candidate]]
slot = "{slot_of(number)}"
title = "Model {number}"
repo_id = "fleet/model-{number:04d}"
source = "file:{MODEL}"
profile = "{profile_name(number)}"
labels = {json.dumps(_LABELS)}
languages = ["en"]
licence = "Apache-2.0"
max_bytes = 4_000_000
bootstrap = true
description = "One of many: the tiny model of this repository under another profile."
"""


def _listed(number: int) -> dict[str, object]:
    return {
        "repo_id": f"fleet/model-{number:04d}",
        "family": family_of(number),
        "tier": "Tiny",
        "formats": ["onnx"],
        "languages": ["en"],
        "license": "apache-2.0",
    }
