"""What was found in the files of a model, and what its owner answered."""

from typing import Annotated

from pydantic import Field, StringConstraints

from openmed.domain.candidates.model_card import CardFacts
from openmed.domain.frozen import Frozen
from openmed.domain.inference.profile import LabelRule, RunnerProfile
from openmed.domain.slot import SlotKey


class TokenFacts(Frozen):
    """What `config.json` and the tokenizer's files say of a token classifier.

    Attributes:
        columns: the model's label of each output column.
        has_names: whether `config.json` names them; else they are `LABEL_0`, `LABEL_1` …
        positions: most tokens the weights have positions for, special ones included.
        longest: most tokens by `tokenizer_config.json`; None = it does not say.
    """

    columns: tuple[str, ...]
    has_names: bool
    positions: int | None = None
    longest: int | None = None


class ModelFiles(Frozen):
    """A model's folder, read.

    Attributes:
        name: what its folder, package or repository is called.
        size: bytes of all files.
        weights: `.onnx` and `.safetensors` files, by path.
        tokens: of a token classifier; None when there is no `config.json`.
        profile: the runner profile it brings.
        functions: `module:function` of every function `find` in its own Python files.
        imports: modules its Python files import that are neither its own nor of Python itself.
        pins: file with pins by hash that it brings.
        wanted: packages by version that its `requirements.txt` names.
        card: what its model card says.
        licence: of its licence file; empty when there is none that is known.
        licence_file: name of that file.
        rights: who holds the rights, by its licence files.
    """

    name: str
    size: Annotated[int, Field(ge=0)]
    weights: tuple[str, ...] = ()
    tokens: TokenFacts | None = None
    profile: RunnerProfile | None = None
    functions: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    pins: str | None = None
    wanted: tuple[str, ...] = ()
    card: CardFacts = CardFacts()
    licence: str = ""
    licence_file: str = ""
    rights: str = ""


class PublishedFiles(Frozen):
    """What a repository of the Hub holds now.

    Attributes:
        commit: where its main branch stands.
        files: what its small files say, and the names and sizes of the others.
    """

    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
    files: ModelFiles


class PackageFacts(Frozen):
    """Packages that a program needs, as an index has them for this machine.

    Attributes:
        pins: content of a file of pins by hash.
        modules: top-level modules they bring.
        licence: of the first one that was named; empty when its metadata names none that is known.
        name: of the first one.
    """

    pins: str
    modules: frozenset[str]
    licence: str
    name: str


class Answers(Frozen):
    """What the owner said, because nothing in the files does.

    Attributes:
        source: as the row has it.
        sha256: of the wheel, for `pypi:`.
        slot: instead of the one that is proposed.
        repo_id: likewise.
        licence: SPDX expression.
        attribution: who made it.
        languages: what it is for.
        labels: ours, or `IGNORE`, for labels of the model.
        function: `module:function`.
        command: program and arguments.
        model_file: which of several files of weights.
    """

    source: str
    sha256: str | None = None
    slot: SlotKey | None = None
    repo_id: str | None = None
    licence: str | None = None
    attribution: str | None = None
    languages: tuple[str, ...] = ()
    labels: tuple[LabelRule, ...] = ()
    function: str | None = None
    command: tuple[str, ...] = ()
    model_file: str | None = None


class Question(Frozen):
    """One thing that is not known.

    Attributes:
        what: what it is, in words.
        answer: the option that answers it.
    """

    what: str
    answer: str


class FoundFact(Frozen):
    """One thing that was found out.

    Attributes:
        what: what it is.
        value: as it is written.
        place: what it was found in.
    """

    what: str
    value: str
    place: str
