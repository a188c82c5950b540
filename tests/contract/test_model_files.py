"""The tokenizer of an artifact: two files that say the same, obeyed, or refused by name."""

import json
from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from openmed.adapters.runners.model_files.config import label_names, pad_id, require_known_positions
from openmed.adapters.runners.model_files.tokenizer import load_tokenizer
from openmed.errors import EvidenceError

VOCABULARY = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "ana": 4, "Ana": 5, "josé": 6,
              "jose": 7}  # fmt: skip


def bert(folder: Path, *, lower: bool) -> Path:
    """A WordPiece tokenizer."""
    made = Tokenizer(models.WordPiece(VOCABULARY, unk_token="[UNK]"))  # noqa: S106 - no password
    made.normalizer = normalizers.BertNormalizer(lowercase=lower)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    made.save(str(folder / "tokenizer.json"))
    return folder


def byte_level(folder: Path, *, blank: bool) -> Path:
    """A byte-level tokenizer of single bytes."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    made = Tokenizer(models.BPE({sign: at for at, sign in enumerate(alphabet)}, []))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=blank)
    made.save(str(folder / "tokenizer.json"))
    return folder


def unigram(folder: Path, *, lower: bool) -> Path:
    """A Unigram tokenizer with Metaspace."""
    made = Tokenizer(models.Unigram([("<unk>", 0.0), ("▁", -1.0), ("a", -2.0)], 0))
    made.normalizer = normalizers.Lowercase() if lower else normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.save(str(folder / "tokenizer.json"))
    return folder


def tokens(folder: Path, text: str, config: dict[str, object], **said: object) -> list[str]:
    """Tokens under a tokenizer_config.json; none is written when it says nothing."""
    if said:
        (folder / "tokenizer_config.json").write_text(json.dumps(said))
    found = load_tokenizer(folder, config).tokenizer.encode(text, add_special_tokens=False)
    return list(found.tokens)


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("of", ["BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer"])
def test_do_lower_case_is_obeyed(tmp_path: Path, of: str, lower: bool) -> None:  # noqa: FBT001 - parameter
    """Whatever tokenizer.json says."""
    bert(tmp_path, lower=not lower)
    found = tokens(tmp_path, "Ana", {}, tokenizer_class=of, do_lower_case=lower)
    assert found == (["ana"] if lower else ["Ana"])


def test_strip_accents_is_obeyed(tmp_path: Path) -> None:
    """Lower case alone strips them by default."""
    bert(tmp_path, lower=True)
    said: dict[str, object] = {"tokenizer_class": "BertTokenizer", "do_lower_case": True}
    assert tokens(tmp_path, "José", {}, **said) == ["jose"]
    assert tokens(tmp_path, "José", {}, **said, strip_accents=False) == ["josé"]


@pytest.mark.parametrize("said", [{}, {"tokenizer_class": "BertTokenizer"}])
def test_the_default_of_a_class_is_no_place_to_guess(
    tmp_path: Path, said: dict[str, object]
) -> None:
    """A cased vocabulary, and AutoTokenizer would lower-case (biobert-pytorch issue 24)."""
    bert(tmp_path, lower=False)
    with pytest.raises(EvidenceError, match=r"tokenizer\.json and .*config\.json contradict"):
        tokens(tmp_path, "Ana", {"model_type": "bert"}, **said)


def test_a_generic_class_is_taken_as_tokenizer_json_has_it(tmp_path: Path) -> None:
    """AutoTokenizer does not look at do_lower_case there."""
    bert(tmp_path, lower=False)
    said = {"tokenizer_class": "PreTrainedTokenizerFast", "do_lower_case": True}
    assert tokens(tmp_path, "Ana", {"model_type": "bert"}, **said) == ["Ana"]


def test_another_model_than_the_named_class_has_is_refused(tmp_path: Path) -> None:
    """AutoTokenizer would build a WordPiece of these bytes."""
    byte_level(tmp_path, blank=False)
    with pytest.raises(EvidenceError, match=r"which is a WordPiece; tokenizer\.json holds a BPE"):
        tokens(tmp_path, "Ana", {}, tokenizer_class="BertTokenizer")


@pytest.mark.parametrize("blank", [True, False])
def test_add_prefix_space_is_obeyed(tmp_path: Path, blank: bool) -> None:  # noqa: FBT001 - parameter
    """Whatever tokenizer.json says."""
    byte_level(tmp_path, blank=not blank)
    said = {"tokenizer_class": "RobertaTokenizer", "add_prefix_space": blank}
    assert tokens(tmp_path, "a", {}, **said) == (["Ġ", "a"] if blank else ["a"])


def test_its_default_is_compared(tmp_path: Path) -> None:
    """Roberta's is false."""
    byte_level(tmp_path, blank=True)
    with pytest.raises(
        EvidenceError, match=r"add_prefix_space false, tokenizer\.json adds a blank"
    ):
        tokens(tmp_path, "a", {"model_type": "roberta"})


@pytest.mark.parametrize(
    "said",
    [
        {"tokenizer_class": "DebertaV2Tokenizer", "do_lower_case": True},
        {"tokenizer_class": "AlbertTokenizer"},
        {"tokenizer_class": "XLMRobertaTokenizer", "add_prefix_space": False},
    ],
)
def test_sentencepiece_that_differs_is_refused(tmp_path: Path, said: dict[str, object]) -> None:
    """Its normaliser cannot be changed in one place."""
    unigram(tmp_path, lower=False)
    with pytest.raises(EvidenceError, match=r"tokenizer\.json and tokenizer_config\.json"):
        tokens(tmp_path, "A", {}, **said)


def test_added_tokens_that_tokenizer_json_lacks_are_refused(tmp_path: Path) -> None:
    """AutoTokenizer adds them, and cuts texts there."""
    bert(tmp_path, lower=True)
    added = {"9": {"content": "[NAME]"}}
    with pytest.raises(EvidenceError, match="adds a token as number 9"):
        tokens(tmp_path, "a", {}, tokenizer_class="BertTokenizer", added_tokens_decoder=added)


def test_a_class_that_cuts_by_code_is_refused(tmp_path: Path) -> None:
    """tokenizer.json holds something else."""
    bert(tmp_path, lower=True)
    with pytest.raises(EvidenceError, match="BertJapaneseTokenizer"):
        tokens(tmp_path, "a", {}, tokenizer_class="BertJapaneseTokenizer")


@pytest.mark.parametrize(("said", "longest"), [(512, 512), (int(1e30), None), (1e30, None)])
def test_model_max_length_is_read(tmp_path: Path, said: float, longest: int | None) -> None:
    """A huge one says that there is none."""
    bert(tmp_path, lower=True)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"model_max_length": said}))
    assert longest == load_tokenizer(tmp_path, {}).longest


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ({}, ["LABEL_0", "LABEL_1"]),
        ({"id2label": None, "num_labels": 3}, ["LABEL_0", "LABEL_1", "LABEL_2"]),
        ({"id2label": {"1": "B-X", "0": "O"}}, ["O", "B-X"]),
        ({"id2label": ["O", "B-X"], "num_labels": 9}, ["O", "B-X"]),
    ],
)
def test_forms_of_id2label(config: dict[str, object], names: list[str]) -> None:
    """As transformers reads them, and a list in its order."""
    assert names == label_names(config)


@pytest.mark.parametrize(
    "config",
    [
        {"id2label": {}},
        {"id2label": "O"},
        {"id2label": {"1": "O"}},
        {"id2label": [1]},
        {"num_labels": 0},
        {"num_labels": "2"},
        {"label2id": {"O": 0}},
    ],
)
def test_names_that_cannot_be_read_are_refused(config: dict[str, object]) -> None:
    """Never guessed."""
    with pytest.raises(EvidenceError, match=r"config\.json"):
        label_names(config)


def test_padding_of_roberta_is_1_unless_a_file_says_otherwise() -> None:
    """Its positions hang on it."""
    assert pad_id({"model_type": "roberta"}, {}) == 1
    assert pad_id({"model_type": "roberta", "pad_token_id": 0}, {"<pad>": 5}) == 0
    assert pad_id({"model_type": "bert"}, {"[PAD]": 7}) == 7


@pytest.mark.parametrize("kind", [None, "nope"])
def test_positions_of_an_unknown_architecture_are_not_guessed(kind: str | None) -> None:
    """For a graph that asks for them."""
    with pytest.raises(EvidenceError, match="position_ids"):
        require_known_positions({"model_type": kind} if kind else {})
