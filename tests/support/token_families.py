"""Families of tokenizers, random texts and tiny models, for the differential test.

Nothing here needs torch: `benchmarks/against_transformers.py` asks the library,
`tests/contract/test_transformers_vectors.py` replays what it recorded.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from openmed.domain.inference.profile import LabelRule, RunnerProfile

WINDOW, STRIDE, PLACES, HIDDEN = 24, 6, 40, 8
TYPES = ("NAME", "DATE", "ID")
CANONICAL = {"NAME": "PATIENT_NAME", "DATE": "DATE", "ID": "MRN"}
SCHEMES = {
    "BIO": ("B", "I"),
    "IO": ("I",),
    "BIOES": ("B", "I", "E", "S"),
    "BILOU": ("B", "I", "L", "U"),
    "none": ("",),
}
STRATEGIES = ("none", "simple", "first", "average", "max")

SCRIPTS = {
    "Latin": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéüñçøßŁİıǅﬁ",  # noqa: RUF001 - another script
    "Cyrillic": "абвгдежзиклмнопрстухцчшщыьэюяАБВГДЕЁЙ",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآةى٠١٢٣",
    "Devanagari": "अआइईउकखगचजटडतदनपबमयरलवशसहािीुूेैो्ंः०१२",
    "Telugu": "అఆఇఈఉకఖగచజటడతదనపబమయరలవశసహాిీుూేైో్ం",  # noqa: RUF001 - another script
    "Thai": "กขคงจชซญดตถทธนบปผพฟมยรลวสหอะาิีึืุูเแโใไ่้๑๒",
    "Chinese": "患者张伟于年月日入院医生李明王芳电话北京上海。，（）",  # noqa: RUF001 - another script
    "Japanese": "患者田中さんはタナカひらがなカタカナーの年月日ｱｲ。、「」",
    "Korean": "환자김철수가나다라마바사아자차카타파하각난닫",
    "emoji": "🙂👍🏽👨👩👧❤️🇩🇪‍",
    "marks": "aeiouAEnsz\u0301\u0308\u0327\u030a\u0323\u0345ﬀ½²Å",
    "control": "ab01\x00\x07\x1b\x7f\u200b\u200d\ufeff\ufffd\u2028\u00ad",
}
_BLANKS = (" ", " ", " ", " ", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "", ",", "-", "/")
_SIGNS = ",.:;/()-'\"!?&%$#@*[]{}_+=<>~`^|\\"
_WITHOUT_BLANKS = frozenset({"Thai", "Chinese", "Japanese"})
_SPECIAL = ("[SEP]", "<s>", "[UNK]", "<unk>", "[MASK]", "</s>", "##a", "▁", "Ġ")


class Family(NamedTuple):
    """A kind of tokenizer.

    Attributes:
        name: of its folder.
        of: class that tokenizer_config.json names.
        model_type: architecture of the model.
        settings: what tokenizer_config.json says besides.
    """

    name: str
    of: str
    model_type: str
    settings: dict[str, bool]


FAMILIES = (
    Family("wordpiece-cased", "BertTokenizer", "bert", {"do_lower_case": False}),
    Family("wordpiece-uncased", "BertTokenizer", "bert", {"do_lower_case": True}),
    Family("byte-level-cased", "RobertaTokenizer", "roberta", {"add_prefix_space": True}),
    Family("byte-level-uncased", "PreTrainedTokenizerFast", "roberta", {}),
    Family("unigram-cased", "XLMRobertaTokenizer", "xlm-roberta", {}),
    Family("unigram-uncased", "AlbertTokenizer", "bert", {"do_lower_case": True}),
    Family("bpe-metaspace-cased", "PreTrainedTokenizerFast", "bert", {}),
    Family("bpe-metaspace-uncased", "PreTrainedTokenizerFast", "bert", {}),
    Family("character-cased", "PreTrainedTokenizerFast", "bert", {}),
    Family("character-uncased", "PreTrainedTokenizerFast", "bert", {}),
)
_OF_BERT = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]",
            "mask_token": "[MASK]"}  # fmt: skip
_OF_ROBERTA = {"cls_token": "<s>", "pad_token": "<pad>", "sep_token": "</s>", "unk_token": "<unk>",
               "mask_token": "<mask>"}  # fmt: skip


def special_tokens(family: Family) -> dict[str, str]:
    """Special tokens by role, in the order of their ids."""
    if family.name == "unigram-uncased":
        return {"pad_token": "<pad>", "unk_token": "<unk>", "cls_token": "[CLS]",
                "sep_token": "[SEP]", "mask_token": "[MASK]"}  # fmt: skip
    if family.model_type != "bert":
        return _OF_ROBERTA
    return _OF_BERT


def texts(count: int, *, seed: int) -> Iterator[tuple[str, str]]:
    """Random texts with their script, each of a few words, one in six longer than a window."""
    chance = random.Random(seed)
    for number in range(count):
        script = [*SCRIPTS, "mixed"][number % (len(SCRIPTS) + 1)]
        words = chance.randint(14, 30) if chance.random() < 1 / 6 else chance.randint(0, 7)
        yield script, "".join(_word(chance, script) for _ in range(words))


def _word(chance: random.Random, script: str) -> str:
    one = chance.choice(list(SCRIPTS)) if script == "mixed" else script
    kind = chance.random()
    if kind < 0.02:
        return chance.choice(_SPECIAL)
    if kind < 0.12:
        word = chance.choice(_SIGNS)
    elif kind < 0.25:
        word = str(chance.randint(0, 99_999))
    else:
        word = "".join(chance.choice(SCRIPTS[one]) for _ in range(chance.randint(1, 6)))
    blank = "" if one in _WITHOUT_BLANKS and chance.random() < 0.8 else chance.choice(_BLANKS)
    return word + blank


def labels(scheme: str) -> list[str]:
    """The model's labels under a scheme, `O` first."""
    prefixes = SCHEMES[scheme]
    return ["O", *(f"{p}-{kind}".removeprefix("-") for kind in TYPES for p in prefixes)]


def profile(runner: str, *, decoder: str, window: int = WINDOW) -> RunnerProfile:
    """A profile for these models; the threshold lets every span pass."""
    rules = tuple(LabelRule(model=kind, canonical=CANONICAL[kind]) for kind in TYPES)
    tokens = {
        "window": window, "stride": 0 if decoder == "hf-none" else STRIDE,
        "stitch": "center,index", "decoder": decoder, "threshold": 0.01,
        "max_padded_tokens": 4096, "max_items": 4, "label_map": rules,
    }  # fmt: skip
    return RunnerProfile.model_validate({"runner": runner, "deterministic": True, "tokens": tokens})


def weights(vocabulary: int, columns: int, *, seed: int) -> dict[str, np.ndarray]:
    """Weights of a BERT of one layer; `random.Random` gives the same numbers for ever."""
    chance = random.Random(seed)

    def table(*shape: int, scale: float) -> np.ndarray:
        flat = [chance.random() * 2 - 1 for _ in range(int(np.prod(shape)))]
        return np.array(flat, dtype=np.float32).reshape(shape) * np.float32(scale)

    layer = "bert.encoder.layer.0"
    made = {
        "bert.embeddings.word_embeddings.weight": table(vocabulary, HIDDEN, scale=1.5),
        "bert.embeddings.position_embeddings.weight": table(PLACES, HIDDEN, scale=0.7),
        "bert.embeddings.token_type_embeddings.weight": table(2, HIDDEN, scale=0.5),
        "classifier.weight": table(columns, HIDDEN, scale=2.5),
        "classifier.bias": table(columns, scale=0.2),
    }
    for part in ("attention.self.query", "attention.self.key", "attention.self.value",
                 "attention.output.dense"):  # fmt: skip
        made[f"{layer}.{part}.weight"] = table(HIDDEN, HIDDEN, scale=1.0)
        made[f"{layer}.{part}.bias"] = table(HIDDEN, scale=0.1)
    for part, shape in (("intermediate", (2 * HIDDEN, HIDDEN)), ("output", (HIDDEN, 2 * HIDDEN))):
        made[f"{layer}.{part}.dense.weight"] = table(*shape, scale=1.0)
        made[f"{layer}.{part}.dense.bias"] = table(shape[0], scale=0.1)
    norms = ("bert.embeddings", f"{layer}.attention.output", f"{layer}.output")
    for part in norms:
        made[f"{part}.LayerNorm.weight"] = np.ones(HIDDEN, dtype=np.float32)
        made[f"{part}.LayerNorm.bias"] = np.zeros(HIDDEN, dtype=np.float32)
    return made


def write_configs(folder: Path, family: Family, scheme: str) -> None:
    """Write config.json and tokenizer_config.json beside a tokenizer.json."""
    names = labels(scheme)
    pad = list(special_tokens(family).values()).index(special_tokens(family)["pad_token"])
    vocabulary = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size()
    config = {
        "model_type": family.model_type, "vocab_size": vocabulary, "hidden_size": HIDDEN,
        "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 2 * HIDDEN,
        "max_position_embeddings": PLACES, "type_vocab_size": 2, "pad_token_id": pad,
        "layer_norm_eps": 1e-12, "hidden_act": "gelu",
        "id2label": {str(number): name for number, name in enumerate(names)},
        "label2id": {name: number for number, name in enumerate(names)},
    }  # fmt: skip
    said = {**special_tokens(family), **family.settings}
    said |= {"tokenizer_class": family.of, "model_max_length": WINDOW}
    for name, content in (("config.json", config), ("tokenizer_config.json", said)):
        (folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def train(family: Family) -> Tokenizer:
    """A tokenizer of a family, of random texts; its training differs with the package's version."""
    corpus = [text for _, text in texts(3000, seed=7)]
    # What stands for a special token must be in the vocabulary once.
    corpus = [text for text in corpus if not any(token in text for token in _SPECIAL)]
    special = special_tokens(family)
    known = list(special.values())
    tokenizer = _bare(family, special["unk_token"])
    kind = family.name.removesuffix("-cased").removesuffix("-uncased")
    if kind == "wordpiece":
        trainer: trainers.Trainer = trainers.WordPieceTrainer(
            vocab_size=420, special_tokens=known, limit_alphabet=240, show_progress=False
        )
    elif kind == "unigram":
        trainer = trainers.UnigramTrainer(
            vocab_size=420, special_tokens=known, unk_token=special["unk_token"],
            show_progress=False,
        )  # fmt: skip
    else:
        size = {"byte-level": 420, "bpe-metaspace": 560, "character": 260}[kind]
        trainer = trainers.BpeTrainer(
            vocab_size=size, special_tokens=known, show_progress=False, limit_alphabet=240,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if kind == "byte-level" else [],
        )  # fmt: skip
    tokenizer.train_from_iterator(corpus, trainer)
    first, last = special["cls_token"], special["sep_token"]
    pair = ((last, known.index(last)), (first, known.index(first)))
    if kind == "byte-level":
        tokenizer.post_processor = processors.RobertaProcessing(
            *pair, trim_offsets=True, add_prefix_space=True
        )
        tokenizer.decoder = decoders.ByteLevel()
    else:
        tokenizer.post_processor = processors.BertProcessing(*pair)
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in known])
    return tokenizer


def _bare(family: Family, unknown: str) -> Tokenizer:
    lower = family.name.endswith("-uncased")
    kind = family.name.removesuffix("-cased").removesuffix("-uncased")
    space = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    if kind == "wordpiece":
        made = Tokenizer(models.WordPiece(unk_token=unknown))
        made.normalizer = normalizers.BertNormalizer(lowercase=lower)
        made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        return made
    if kind == "unigram":
        made = Tokenizer(models.Unigram())
        made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), space])
        if lower:
            made.normalizer = normalizers.Sequence([
                normalizers.Replace("``", '"'), normalizers.Replace("''", '"'),
                normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(),
            ])  # fmt: skip
        return made
    made = Tokenizer(models.BPE(unk_token=None if kind == "byte-level" else unknown))
    if lower:
        made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = {
        "byte-level": pre_tokenizers.ByteLevel(add_prefix_space=True),
        "bpe-metaspace": space,
        "character": pre_tokenizers.Split(Regex(r"[\s\S]"), behavior="isolated"),
    }[kind]
    return made
