"""Reads the files of a model that somebody wants to add: what they say, nothing of them is run."""

import ast
import re
import sys
from pathlib import Path
from typing import Final

from openmed.adapters.disk import limited_read
from openmed.adapters.disk.hashing import listing
from openmed.adapters.runners.model_files import config as model_config
from openmed.adapters.runners.model_files.tokenizer import CONFIG, longest_input
from openmed.adapters.stores.artifact_store import read_profile
from openmed.domain.candidates.licences import copyright_of, licence_of_text
from openmed.domain.candidates.model_card import FILE_NAME as CARD
from openmed.domain.candidates.model_card import CardFacts, read_card
from openmed.domain.inference.pinned_packages import is_pin
from openmed.domain.inference.profile import FILE_NAME, RunnerProfile
from openmed.domain.inference.proposal.model_files import ModelFiles, TokenFacts
from openmed.domain.inference.proposal.profile_proposal import PINS

FUNCTION: Final = "find"
"""What the function of a program is called where nobody says how."""
_WANTED: Final = "requirements.txt"
WEIGHTS: Final = (".onnx", ".safetensors")
"""How files of weights end that can be run."""
_LICENCES: Final = re.compile(r"(?:LICEN[CS]E|COPYING|NOTICE)(?:\.(?:md|txt))?", re.IGNORECASE)
_MOST: Final = limited_read.TEMPLATE
_GIVEN: Final = frozenset({"numpy"})
"""What the engine brings into the process of every candidate."""


def read_model(folder: Path, *, name: str) -> ModelFiles:
    """Read a staged folder.

    Args:
        folder: its files, admitted already.
        name: what its folder, package or repository is called.

    Raises:
        EvidenceError: one of the files that say how it is run cannot be understood.
    """
    files = listing(folder)
    paths = [file.path for file in files]
    texts = {path: _text(folder / path) for path in paths if _LICENCES.fullmatch(path)}
    known = {path: licence_of_text(text) for path, text in texts.items()}
    said = {licence: path for path, licence in known.items() if licence}
    licence = next(iter(said)) if len(said) == 1 else ""
    programs = {path: _parsed(folder / path) for path in paths if path.endswith(".py")}
    return ModelFiles(
        name=name,
        size=sum(file.size for file in files),
        weights=tuple(path for path in paths if path.endswith(WEIGHTS)),
        tokens=_tokens(folder) if model_config.FILE in paths else None,
        profile=_profile(folder) if FILE_NAME in paths else None,
        functions=tuple(_functions(programs)),
        imports=tuple(sorted(_imports(programs, own=paths))),
        pins=PINS if PINS in paths else None,
        wanted=_wanted(folder) if _WANTED in paths else (),
        card=read_card(_text(folder / CARD)) if CARD in paths else CardFacts(),
        licence=licence,
        licence_file=said.get(licence, ""),
        rights=copyright_of(texts.values()),
    )


def _profile(folder: Path) -> RunnerProfile:
    return read_profile(folder)


def _tokens(folder: Path) -> TokenFacts:
    config = model_config.read_config(folder)
    return TokenFacts(
        columns=tuple(model_config.label_names(config)),
        has_names=config.get("id2label") is not None,
        positions=model_config.most_positions(config),
        longest=longest_input(model_config.read_json(folder / CONFIG) or {}),
    )


def _text(path: Path) -> str:
    """A text; empty when it is none, or far too long to be what its name says."""
    try:
        return limited_read.read_bytes(path, most=_MOST).decode()
    except (OSError, UnicodeDecodeError):
        return ""


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(limited_read.read_bytes(path, most=_MOST))
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _functions(programs: dict[str, ast.Module | None]) -> list[str]:
    """Functions called `find` at the top of a module that lies at the top of the folder."""
    found: list[str] = []
    for path, module in programs.items():
        if "/" in path or module is None:
            continue
        names = [name for statement in module.body for name in _defined(statement)]
        if FUNCTION in names:
            found.append(f"{path.removesuffix('.py')}:{FUNCTION}")
    return found


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _imports(programs: dict[str, ast.Module | None], *, own: list[str]) -> set[str]:
    """Modules from outside: neither of the folder, of Python, nor what the engine brings."""
    inside = {path.partition("/")[0].partition(".")[0] for path in own}
    found: set[str] = set()
    for module in programs.values():
        for node in ast.walk(module) if module is not None else ():
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.partition(".")[0])
    return found - inside - sys.stdlib_module_names - _GIVEN


def _wanted(folder: Path) -> tuple[str, ...]:
    """Packages of `requirements.txt`, if each of its lines is `NAME==VERSION`."""
    bare = [line.partition("#")[0].strip() for line in _text(folder / _WANTED).splitlines()]
    lines = [line for line in bare if line]
    return tuple(lines) if all(is_pin(line) for line in lines) else ()
