"""Names of exception types that may be shown: ours are among them."""

import ast
import builtins

from support.repositories import ROOT

from openmed.domain.text.exception_names import LISTED

BUILTINS = {
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}


def test_every_error_of_ours_is_listed() -> None:
    """Those that a runner raises, too."""
    classes = [
        node
        for path in (ROOT / "openmed").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    bases = BUILTINS | {"OpenMedError", "UsageError"}
    ours = {
        node.name
        for node in classes
        if any(isinstance(base, ast.Name) and base.id in bases for base in node.bases)
    }
    assert {"ProgramFailed", "EvidenceError", "PolicyError"} <= ours
    assert {"Failed"} == ours - LISTED  # The command's own envelope, which never fails a document.
