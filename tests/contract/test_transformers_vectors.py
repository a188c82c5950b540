"""What transformers answered, recorded by `nox -s transformers`, made anew without it."""

import json
from pathlib import Path
from typing import Any

import onnx
import pytest
from support.bert_graphs import bert_graph
from support.library_vectors import Answer, OurRunner, differences, takes_positions
from support.token_families import FAMILIES, SCHEMES, Family, labels, weights, write_configs
from support.torch_models import save_safetensors
from tokenizers import Tokenizer

CASES = Path(__file__).parents[1] / "cases" / "transformers"
MOST_BYTES = 1_000_000


def exported(folder: Path, runner: str, family: Family, made: dict[str, Any]) -> Path:
    """The model that was asked, as its runner takes it."""
    scheme, seed = made["scheme"], made["seed"]
    data = (CASES / f"{family.name}.tokenizer.json").read_bytes()
    (folder / "tokenizer.json").write_bytes(data)
    write_configs(folder, family, scheme)
    if runner == "transformers":
        save_safetensors(folder, family, scheme, seed=seed)
        return folder
    size = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()
    values = weights(size, len(labels(scheme)), seed=seed)
    graph = bert_graph(values, heads=2, takes_positions=takes_positions(family))
    onnx.save(graph, str(folder / "model.onnx"))
    return folder


@pytest.mark.parametrize("runner", ["onnx", "transformers"])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_tokens_logits_and_spans_are_the_librarys(
    family: Family, runner: str, tmp_path: Path
) -> None:
    """Each text of the sample, every strategy, with windows that are cut, by either runner.

    That of PyTorch takes part where torch is installed, as in `nox -s transformers`.
    """
    if runner == "transformers":
        pytest.importorskip("torch")
        pytest.importorskip("transformers")
    made = json.loads((CASES / f"{family.name}.json").read_bytes())
    ours = OurRunner(runner, exported(tmp_path, runner, family, made))
    different = {}
    for row in made["texts"]:
        theirs = Answer(
            ids=row["ids"],
            offsets=[(start, end) for start, end in row["offsets"]],
            logits=row["logits"],
            spans={
                strategy: [(start, end, label, score) for start, end, label, score in places]
                for strategy, places in row["spans"].items()
            },
        )
        found = differences(ours.answer(row["text"]), theirs)
        if found:
            different[ascii(row["text"])] = found
    assert {} == different


def test_the_sample_holds_every_scheme_and_both_lengths() -> None:
    """Texts longer than a window and such that fit, spans of each strategy."""
    made = [json.loads((CASES / f"{family.name}.json").read_bytes()) for family in FAMILIES]
    assert set(SCHEMES) == {one["scheme"] for one in made}
    for one in made:
        assert {True, False} == {row["logits"] is None for row in one["texts"] if row["text"]}
        counts = {s: sum(len(row["spans"][s]) for row in one["texts"]) for s in ("none", "max")}
        assert min(counts.values()) > 10
        assert {"tokenizers", "torch", "transformers"} == set(one["versions"])


def test_the_vectors_are_small() -> None:
    """They are committed."""
    assert sum(path.stat().st_size for path in CASES.iterdir()) < MOST_BYTES
