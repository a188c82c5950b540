"""Writes `docs/reference/environment.md`: `python tools/environment_document.py`.

The source is searched for reads of the environment; the meanings stand here. A variable that is
read and has no meaning, or has a meaning and is read nowhere, is an error.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from generated_files import ROOT, write_or_check

PLACE: Final = ROOT / "docs" / "reference" / "environment.md"
NAMED_BY_SUITE: Final = "$NAME"
"""Stands for the variable that a suite pin names."""
HEAD: Final = """# Environment variables

Every variable that `openmed`, the nox sessions and the Makefiles read. None is needed to start.
This page is written from the code by `python tools/environment_document.py`; a test fails when a
variable is read that has no row.

"""
TAIL: Final = """
Programs that the engine calls read their own: pip and uv (`PIP_INDEX_URL`, `UV_INDEX_URL`), git,
and `huggingface_hub` (`HF_TOKEN`, `HF_HOME`), which runs in the process that stages.
pip gets the environment without the variables that begin with `OPENMED`.

A candidate runs in a child process that gets the variables marked * and no other, so it sees no key
and no token. Its `HOME` is an empty folder, and the engine sets `OMP_NUM_THREADS`,
`OPENBLAS_NUM_THREADS` and `MKL_NUM_THREADS` to 1, `TOKENIZERS_PARALLELISM` to false and
`PYTHONUTF8` to 1.
"""


class Meaning(NamedTuple):
    """One row.

    Attributes:
        says: what the variable does.
        otherwise: what holds when it is not set.
    """

    says: str
    otherwise: str


MEANINGS: Final[Mapping[str, Meaning]] = {
    "OPENMED_SIGNING_KEY": Meaning(
        "the private key itself, in PEM; for CI, whose secrets are variables",
        "the key file",
    ),
    "OPENMED_SIGNING_KEY_FILE": Meaning(
        "file of the private key", "`~/.config/openmed/keys/local.pem`"
    ),
    "OPENMED_SUITE_SECRET": Meaning(
        "the secret of generated suites, 64 hexadecimal digits; for CI",
        "the file `suite-secret` beside the key file",
    ),
    "OPENMED_REGISTRY": Meaning("folder of the local registry", "`artifacts/registry`"),
    "OPENMED_BASE": Meaning("commit a pull request goes into; `nox -s plan_summary`", "`HEAD`"),
    "OPENMED_EVENT": Meaning(
        "the event that a dispatch names, as JSON; `nox -s react`", "all of `artifacts/events`"
    ),
    "OPENMED_TAG": Meaning("tag the fleet goes back to; `nox -s rollback`", "none: refused"),
    "OPENMED_FAMILY": Meaning("the slots that go back; `nox -s rollback`", "all of them"),
    "OPENMED_SHARDS": Meaning("into how many parts CI cuts the fleet", "8"),
    "OPENMED_SHARD": Meaning(
        "`K/N`: measure this part of the fleet only; `nox -s gates`",
        "the whole release graph; in a repository made by `openmed init`, `1/1`",
    ),
    "OPENMED_PROCESSES": Meaning(
        "how many candidates may compute at a time; `--processes` wins", "one a processor"
    ),
    "OPENMED_NEEDS": Meaning(
        "JSON: how the earlier jobs of the workflow ended; `openmed release report`",
        "only the run report is told",
    ),
    "OPENMED_WEBHOOK_URL": Meaning(
        "address of the sink `webhook`; `openmed notify`", "its messages wait"
    ),
    "OPENMED_WEBHOOK_SECRET": Meaning(
        "signs what the sink `webhook` posts", "its messages wait; not needed for `slack`"
    ),
    "GITHUB_TOKEN": Meaning(
        "token that may write issues, for the sink `github`; `openmed notify`", "its messages wait"
    ),
    "GITHUB_REPOSITORY": Meaning(
        "`owner/name` of the issues, where `gates/notices.toml` names none", "its messages wait"
    ),
    "GITHUB_API_URL": Meaning(
        "address of GitHub's API, where `gates/notices.toml` names none", "`https://api.github.com`"
    ),
    "_OPENMED_COMPLETE": Meaning("set by the completion script of a shell", "no completion"),
    NAMED_BY_SUITE: Meaning(
        'folder of a suite\'s data, for a pin with `local = "$NAME"` in `gates/suites.toml`, e.g. '
        '`SHIELD_FOLDER`; or of private templates, for `templates = "$NAME"` of a generated suite',
        "the suite is not here; verdicts that need it are `NOT_EVALUATED`",
    ),
    "HOME": Meaning("home folder", "the system's answer"),
    "XDG_CONFIG_HOME": Meaning("configuration folder", "`~/.config`"),
    "XDG_CACHE_HOME": Meaning(
        "folder in which `openmed fetch` keeps ledger entries that it read", "`~/.cache`"
    ),
    "XDG_STATE_HOME": Meaning(
        "folder in which `openmed fetch` remembers the greatest ledger it saw of each source",
        "`~/.local/state`",
    ),
    "TERM": Meaning("`dumb`: no live line, no colour", "both, on a terminal"),
    "NO_COLOR": Meaning("set to anything: no colour", "colour on a terminal"),
    "COLUMNS": Meaning("width of the text for people", "the terminal's, or 80 without one"),
    "GITHUB_ACTIONS": Meaning("`true`: this is a job of GitHub Actions", "no job"),
    "GITHUB_EVENT_NAME": Meaning("what started the job, for its run record", "an event"),
    "OPENMED_NEXT_BY": Meaning(
        "when the next run of this command is expected, for its run record: a time in UTC "
        "(`2026-11-30T03:17:00Z`), or hours after the start",
        "nobody expects one",
    ),
    "GITHUB_OUTPUT": Meaning("file of the job's outputs", "no outputs"),
    "GITHUB_STEP_SUMMARY": Meaning("file of the job's summary", "no summary"),
    "ACTIONS_ID_TOKEN_REQUEST_URL": Meaning(
        "where a job of GitHub Actions asks for its id token, with the permission "
        "`id-token: write`; exchanged for a token of one repository of the Hub",
        "no id token of the job",
    ),
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": Meaning("what it asks with", "no id token of the job"),
    "HF_OIDC_ID_TOKEN": Meaning(
        "the id token of a job of another CI, exchanged as that of GitHub Actions is",
        "the job's own",
    ),
    "HF_ENDPOINT": Meaning("address of the Hub", "`https://huggingface.co`"),
    "PATH": Meaning("where programs are *", "the system's own"),
    "LANG": Meaning("locale *", "the system's own"),
    "LC_ALL": Meaning("locale *", "the system's own"),
    "TMPDIR": Meaning("folder for temporary files *", "the system's own"),
    "SYSTEMROOT": Meaning("Windows' folder *", "the system's own"),
    "VIRTUAL_ENV": Meaning("the virtual environment in use *", "the system's own"),
    "HF_HUB_DISABLE_XET": Meaning("passed to `huggingface_hub`", "1"),
    "HF_HUB_DISABLE_TELEMETRY": Meaning("passed to `huggingface_hub`", "1"),
    "HF_HUB_DISABLE_PROGRESS_BARS": Meaning("passed to `huggingface_hub`", "1"),
    "PIP_FIND_LINKS": Meaning("folder of packages, given to uv too; nox and make", "none"),
    "UV_FIND_LINKS": Meaning("folder of packages for uv; nox and make", "`PIP_FIND_LINKS`"),
    "OPENMED": Meaning("the command to call; make in a release repository", "`openmed`"),
    "PYTHON": Meaning("the Python that makes `.venv`; every make command", "`python3`"),
    "TAG": Meaning("ledger entry to go back to; `make rollback`", "refused, exit 2"),
    "FAMILY": Meaning("the family to go back; `make rollback`", "every slot"),
    "ARGS": Meaning("further options of the command; `make release`, `make rollback`", "none"),
}
"""By variable, in the order of the page."""

READING_CALLS: Final = {"get", "pop", "setdefault", "getenv"}


def document() -> str:
    """The whole page."""
    found = reads()
    if found.keys() != MEANINGS.keys():
        differing = ", ".join(sorted(found.keys() ^ MEANINGS.keys()))
        msg = f"read without a meaning, or with a meaning and not read: {differing}"
        raise SystemExit(msg)
    rows = [
        f"| `{name}` | {row.says} | {row.otherwise} | {', '.join(f'`{p}`' for p in found[name])} |"
        for name, row in MEANINGS.items()
    ]
    table = ["| variable | what it does | when it is not set | read in |", "|---|---|---|---|"]
    return HEAD + "\n".join([*table, *rows, ""]) + TAIL


def reads(root: Path = ROOT) -> dict[str, list[str]]:
    """Variables that are read below a folder, each with the files that read it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    paths = sorted((root / "openmed").rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    for path in (root / "noxfile.py", root / "dodo.py"):
        if path.is_file():
            trees[path] = ast.parse(path.read_text(encoding="utf-8"))
    constants = _constants(trees.values())
    for path, tree in trees.items():
        for name in _reads_of(tree, constants):
            found[name].add(path.relative_to(root).as_posix())
    for path in (root / "Makefile", root / "openmed" / "scaffold" / "Makefile"):
        if path.is_file():
            # What the shell reads, and what make takes from the environment when it is set.
            pattern = r"\$\$\{?([A-Z][A-Z_]*)\b|^([A-Z][A-Z_]*) \?="
            text = path.read_text(encoding="utf-8")
            for name in map("".join, re.findall(pattern, text, flags=re.MULTILINE)):
                found[name].add(path.relative_to(root).as_posix())
    return {name: sorted(places) for name, places in found.items()}


def _constants(trees: Iterable[ast.Module]) -> dict[str, tuple[str, ...]]:
    """Values of the module constants that are text, or tuples of text."""
    found: dict[str, tuple[str, ...]] = {}
    for tree in trees:
        for node in tree.body:
            if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found[target.id] = _texts(node.value)
    return found


def _texts(node: ast.expr) -> tuple[str, ...]:
    parts = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [node]
    values = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
    return tuple(values) if len(values) == len(parts) else ()


def _is_environment(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.strip("_") in {"environ", "environment"}


def _reads_of(tree: ast.AST, constants: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    loops = {
        loop.target.id: loop.iter.id
        for loop in ast.walk(tree)
        if isinstance(loop, (ast.comprehension, ast.For))
        and isinstance(loop.target, ast.Name)
        and isinstance(loop.iter, ast.Name)
    }
    for node in ast.walk(tree):
        key = _key(node)
        if key is None:
            continue
        if isinstance(key, ast.Name):
            known = constants.get(loops.get(key.id, key.id), ())
            yield from known or (f"unknown: {ast.unparse(node)}",)
        elif isinstance(key, ast.Constant):
            yield str(key.value)
        else:
            text = ast.unparse(key)
            yield NAMED_BY_SUITE if text == "local[1:]" else f"unknown: {ast.unparse(node)}"


def _key(node: ast.AST) -> ast.expr | None:
    """What names the variable, where a node reads one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_reading = node.func.attr in READING_CALLS and node.args
        is_os = node.func.attr == "getenv" or _is_environment(node.func.value)
        return node.args[0] if is_reading and is_os else None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return node.slice if _is_environment(node.value) else None
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return node.left if _is_environment(node.comparators[0]) else None
    return None


def files() -> dict[Path, str]:
    """The page, by path."""
    return {PLACE: document()}


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files()))
