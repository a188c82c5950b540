"""The tokenizer of an artifact, as `AutoTokenizer` would make it of the same files.

`tokenizer.json` alone does not say it all: for the classes below, AutoTokenizer builds normaliser
and pre-tokenizer anew from `tokenizer_config.json` and the class's defaults, whatever
`tokenizer.json` holds. What the two files can agree on is obeyed (`do_lower_case`,
`strip_accents`, `tokenize_chinese_chars`, `add_prefix_space`); the rest is compared, and a
contradiction is refused: on one side of it are the tokens the model was trained on, and nobody
could say which. A class this module does not know is taken as `tokenizer.json` has it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from openmed.adapters.runners.model_files.config import model_type, read_json
from openmed.domain.inference.decoders import TokenizerTraits
from openmed.errors import EvidenceError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FILE, CONFIG = "tokenizer.json", "tokenizer_config.json"
_MOST_TOKENS = 1 << 24
"""A `model_max_length` above is transformers' way of saying that there is none."""
_MOST_IDS = 1 << 24
"""No model has so many rows; the package makes a list as long as the highest number."""


class LoadedTokenizer(NamedTuple):
    """A tokenizer, and what its files say besides.

    Attributes:
        tokenizer: without the settings of its training.
        traits: what decoders look at.
        unknown: id of the unknown token as transformers knows it; None when it knows none.
        longest: most tokens of an input with its special tokens; None when it does not say.
    """

    tokenizer: "Tokenizer"
    traits: TokenizerTraits
    unknown: int | None
    longest: int | None


class _Kind(NamedTuple):
    """What AutoTokenizer makes of a class.

    Attributes:
        model: type of the model it builds.
        unknown: its unknown token, unless the files name another.
        lower: default of `do_lower_case`; None when the class has no such setting.
        prefix: default of `add_prefix_space`; None likewise.
    """

    model: str
    unknown: str
    lower: bool | None = None
    prefix: bool | None = None


_BERT = _Kind("WordPiece", "[UNK]", lower=True)
_ROBERTA = _Kind("BPE", "<unk>", prefix=False)
_GPT2 = _Kind("BPE", "<|endoftext|>", prefix=False)
_DEBERTA = _Kind("BPE", "[UNK]", prefix=False)
_XLM_ROBERTA = _Kind("Unigram", "<unk>", prefix=True)
_CLASSES: Mapping[str, _Kind] = {
    "AlbertTokenizer": _Kind("Unigram", "<unk>", lower=True, prefix=True),
    "BartTokenizer": _ROBERTA,
    "BertTokenizer": _BERT,
    "CamembertTokenizer": _XLM_ROBERTA,
    "DebertaTokenizer": _DEBERTA,
    "DebertaV2Tokenizer": _Kind("Unigram", "[UNK]", lower=False, prefix=True),
    "DistilBertTokenizer": _BERT,
    "ElectraTokenizer": _BERT,
    "GPT2Tokenizer": _GPT2,
    "LongformerTokenizer": _ROBERTA,
    "MobileBertTokenizer": _BERT,
    "RobertaTokenizer": _ROBERTA,
    "XLMRobertaTokenizer": _XLM_ROBERTA,
}
_OF_TYPE: Mapping[str, str] = {
    "albert": "AlbertTokenizer", "bert": "BertTokenizer", "camembert": "CamembertTokenizer",
    "convbert": "BertTokenizer", "deberta": "DebertaTokenizer",
    "deberta-v2": "DebertaV2Tokenizer", "distilbert": "BertTokenizer",
    "electra": "BertTokenizer", "ernie": "BertTokenizer", "longformer": "RobertaTokenizer",
    "megatron-bert": "BertTokenizer", "mobilebert": "BertTokenizer",
    "roberta": "RobertaTokenizer", "xlm-roberta": "XLMRobertaTokenizer",
}  # fmt: skip
_SLOW = frozenset(
    {
        "BertJapaneseTokenizer", "BertweetTokenizer", "ByT5Tokenizer", "CanineTokenizer",
        "PhobertTokenizer",
    }
)  # fmt: skip
"""Classes that cut texts by code of their own: their tokens are in no tokenizer.json."""


def load_tokenizer(folder: Path, config: Mapping[str, object]) -> LoadedTokenizer:
    """Load the tokenizer of an artifact.

    Args:
        folder: the artifact.
        config: its config.json.

    Raises:
        EvidenceError: a file is missing or cannot be read, or two of them contradict each other.
    """
    path = folder / FILE
    if not path.is_file():
        msg = "the artifact has no tokenizer.json (a slow tokenizer alone cannot be run)"
        raise EvidenceError(msg)
    said = read_json(folder / CONFIG)
    class_name = _class_name(said or {}, config)
    if class_name in _SLOW:
        msg = f"{CONFIG} names {class_name}, which does not cut texts as tokenizer.json does"
        raise EvidenceError(msg, next_step="release the model with a fast tokenizer")
    tokenizer = _read(path)
    parts = cast("dict[str, Any]", json.loads(tokenizer.to_str()))
    kind = _CLASSES.get(class_name)
    if kind is not None:
        _obey(tokenizer, parts, kind, _Settings(class_name, said))
    _require_known_tokens(tokenizer, said or {})
    return LoadedTokenizer(
        tokenizer=tokenizer,
        traits=TokenizerTraits(
            prefix=str(parts["model"].get("continuing_subword_prefix") or ""),
            keeps_blank=any(
                bool(step.get("trim_offsets") and step.get("add_prefix_space"))
                for step in _steps(parts["post_processor"] or {}, "processors")
            ),
        ),
        unknown=_unknown(tokenizer, folder, said or {}, kind),
        longest=longest_input(said or {}),
    )


def longest_input(said: Mapping[str, object]) -> int | None:
    """Most tokens of an input by tokenizer_config.json; None when it does not say."""
    found = said.get("model_max_length")
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return None
    return int(found) if 0 < found < _MOST_TOKENS else None


def _read(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer  # noqa: PLC0415 - heavy; only the child process needs it

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception:  # noqa: BLE001 - the package raises bare Exception
        msg = "tokenizer.json cannot be read by tokenizers"
        raise EvidenceError(msg) from None
    highest = max(tokenizer.get_vocab().values(), default=0)
    if highest >= _MOST_IDS:
        msg = f"tokenizer.json numbers a token {highest}; no model has over {_MOST_IDS} rows"
        raise EvidenceError(msg)
    # Exports carry the settings of their training; either would cut or fill texts silently.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _class_name(said: Mapping[str, object], config: Mapping[str, object]) -> str:
    named = said.get("tokenizer_class") or config.get("tokenizer_class")
    if not isinstance(named, str):
        named = _OF_TYPE.get(model_type(config), "")
    return named.removesuffix("Fast")


def _obey(
    tokenizer: "Tokenizer", parts: dict[str, Any], kind: _Kind, settings: "_Settings"
) -> None:
    model = parts["model"].get("type")
    if model != kind.model:
        settings.refuse_if_named(f"is a {kind.model}", found=f"holds a {model}")
    elif model == "WordPiece":
        _obey_bert(tokenizer, parts, settings)
    elif model == "BPE":
        _obey_byte_level(tokenizer, parts, settings)
    else:
        _compare_unigram(parts, kind, settings)


class _Settings:
    """Settings of tokenizer_config.json, with a class's defaults where it says nothing."""

    def __init__(self, class_name: str, said: Mapping[str, object] | None) -> None:
        self._class = class_name
        self._said = said or {}
        # Where no file names the class it is the architecture's usual one.
        self._by = "config.json" if said is None else CONFIG

    def flag(self, key: str, *, default: bool) -> bool:
        """A setting that is true or false."""
        found = self._said.get(key)
        return found if isinstance(found, bool) else default

    def is_said(self, key: str) -> bool:
        """Whether the file has it."""
        return isinstance(self._said.get(key), bool)

    def refuse_if_named(self, wanted: str, *, found: str) -> None:
        """Refuse parts that the class would not have, if tokenizer_config.json names it.

        Raises:
            EvidenceError: it does.
        """
        if isinstance(self._said.get("tokenizer_class"), str):
            msg = f"{FILE} and {CONFIG} contradict each other: {CONFIG} names {self._class}, which"
            raise EvidenceError(
                f"{msg} {wanted}; {FILE} {found}",
                next_step=f"name PreTrainedTokenizerFast in {CONFIG} if {FILE} is right",
            )

    def refuse(self, key: str, *, wanted: bool, found: str) -> EvidenceError:
        """The error for a contradiction."""
        value = json.dumps(wanted)
        by = f"{self._by} says {key} {value}"
        if not self.is_said(key):
            by = f"{self._by} makes it a {self._class}, which means {key} {value}"
        return EvidenceError(
            f"{FILE} and {self._by} contradict each other: {by}, {FILE} {found}; "
            "AutoTokenizer obeys the former",
            next_step=f"write {key} into {CONFIG} as the model was trained",
        )


def _obey_bert(tokenizer: "Tokenizer", parts: dict[str, Any], settings: _Settings) -> None:
    from tokenizers import normalizers  # noqa: PLC0415 - heavy; only the child process needs it

    normalizer, pre = parts["normalizer"] or {}, parts["pre_tokenizer"] or {}
    if pre.get("type") != "BertPreTokenizer":
        settings.refuse_if_named("has BertPreTokenizer", found="has another")
    if normalizer.get("type") != "BertNormalizer":
        settings.refuse_if_named("has BertNormalizer", found="has another")
        return
    lower = settings.flag("do_lower_case", default=True)
    if bool(normalizer.get("lowercase")) != lower and not settings.is_said("do_lower_case"):
        found = "lower-cases" if normalizer.get("lowercase") else "keeps case"
        raise settings.refuse("do_lower_case", wanted=lower, found=found)
    strips = settings.flag("strip_accents", default=lower)
    tokenizer.normalizer = normalizers.BertNormalizer(
        clean_text=True,
        handle_chinese_chars=settings.flag("tokenize_chinese_chars", default=True),
        strip_accents=strips if settings.is_said("strip_accents") else None,
        lowercase=lower,
    )


def _obey_byte_level(tokenizer: "Tokenizer", parts: dict[str, Any], settings: _Settings) -> None:
    from tokenizers import pre_tokenizers  # noqa: PLC0415 - heavy; only the child process needs it

    pre = parts["pre_tokenizer"] or {}
    if pre.get("type") != "ByteLevel":
        settings.refuse_if_named("has ByteLevel alone", found="has another")
        return
    wanted = settings.flag("add_prefix_space", default=False)
    if bool(pre.get("add_prefix_space")) == wanted:
        return
    if not settings.is_said("add_prefix_space"):
        found = "adds none" if wanted else "adds a blank"
        raise settings.refuse("add_prefix_space", wanted=wanted, found=found)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(
        add_prefix_space=wanted, use_regex=bool(pre.get("use_regex", True))
    )


def _compare_unigram(parts: dict[str, Any], kind: _Kind, settings: _Settings) -> None:
    lowers = any(
        step.get("type") == "Lowercase" or bool(step.get("lowercase"))
        for step in _steps(parts["normalizer"] or {}, "normalizers")
    )
    if kind.lower is not None:
        wanted = settings.flag("do_lower_case", default=kind.lower)
        if wanted != lowers:
            found = "lower-cases" if lowers else "keeps case"
            raise settings.refuse("do_lower_case", wanted=wanted, found=found)
    schemes = [
        step.get("prepend_scheme", "always")
        for step in _steps(parts["pre_tokenizer"] or {}, "pretokenizers")
        if step.get("type") == "Metaspace"
    ]
    has = bool(schemes) and schemes[0] != "never"
    wanted = settings.flag("add_prefix_space", default=bool(kind.prefix))
    if settings.is_said("add_prefix_space") and has != wanted:
        found = "adds a blank" if has else "adds none"
        raise settings.refuse("add_prefix_space", wanted=wanted, found=found)


def _steps(part: dict[str, Any], key: str) -> list[dict[str, Any]]:
    if part.get("type") != "Sequence":
        return [part]
    return [step for inner in part.get(key, ()) for step in _steps(inner, key)]


def _require_known_tokens(tokenizer: "Tokenizer", said: Mapping[str, object]) -> None:
    """AutoTokenizer adds what tokenizer_config.json lists, and texts are cut at it."""
    added = said.get("added_tokens_decoder")
    for number, token in added.items() if isinstance(added, dict) else ():
        content = token.get("content") if isinstance(token, dict) else None
        if not isinstance(content, str) or str(tokenizer.token_to_id(content)) != str(number):
            msg = f"{CONFIG} adds a token as number {str(number)[:12]} that {FILE} does not have"
            raise EvidenceError(msg, next_step="save the tokenizer again, both files together")


def _unknown(
    tokenizer: "Tokenizer", folder: Path, said: Mapping[str, object], kind: _Kind | None
) -> int | None:
    named = said.get("unk_token")
    if named is None:
        named = (read_json(folder / "special_tokens_map.json") or {}).get("unk_token")
    if isinstance(named, dict):
        named = named.get("content")
    if named is None and kind is not None:
        named = kind.unknown
    return tokenizer.token_to_id(named) if isinstance(named, str) else None
