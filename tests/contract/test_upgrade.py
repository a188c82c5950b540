"""Upgrading a repository: what a version shipped is replaced, what a person changed is kept."""

import shutil
from pathlib import Path

import pytest

from openmed.adapters.inputs.scaffold_files import scaffold_files, shipped_versions
from openmed.app.scaffold import ALWAYS, IF_THERE, ON_GITHUB, Way, plan_file, upgrade
from openmed.context import open_context
from openmed.domain.digest import sha256_hex
from openmed.errors import UsageError

WANTED = scaffold_files(is_on_github=True)
MANAGED = (*ALWAYS, *IF_THERE, *ON_GITHUB)
WORKFLOW = ".github/workflows/release-gates.yml"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """What `openmed init --github` makes, without its suites."""
    for name, content in WANTED.items():
        path = tmp_path / "r" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "r"


def _ways(root: Path, *, is_check: bool = False) -> dict[str, Way]:
    return {one.name: one.way for one in upgrade(open_context(root, quiet=True), is_check=is_check)}


def test_what_was_just_made_lacks_nothing(made: Path) -> None:
    """Nothing is written, nothing is said."""
    assert _ways(made) == {}


def test_every_file_that_is_made_now_is_listed() -> None:
    """Or the next version would take it for changed."""
    known = shipped_versions()
    assert sorted(known) == sorted(MANAGED)
    assert [name for name in MANAGED if sha256_hex(WANTED[name]) not in known[name]] == []


def test_what_is_missing_is_written_where_it_belongs(made: Path) -> None:
    """Of CI only where there is a workflow; a policy that was taken out stays out."""
    for name in (".gitattributes", "gates/shared.toml", "Makefile", "gates/policy/pii.toml"):
        (made / name).unlink()
    assert _ways(made, is_check=True) == {".gitattributes": Way.NEW, "gates/shared.toml": Way.NEW}
    assert not (made / ".gitattributes").exists()
    _ways(made)
    assert (made / ".gitattributes").read_bytes() == WANTED[".gitattributes"]
    (made / WORKFLOW).unlink()
    (made / "gates/shared.toml").unlink()
    assert _ways(made) == {}


def test_what_only_lacks_lines_is_completed(made: Path) -> None:
    """Own lines of an ignore file stay; the workflow of before gets its new lines."""
    (made / ".gitignore").write_bytes(b"/mine/\n/artifacts/")
    workflow = (made / WORKFLOW).read_text().splitlines(keepends=True)
    old = [line for line in workflow if "fetch-depth" not in line and "GIT_CONFIG" not in line]
    assert len(old) < len(workflow)
    (made / WORKFLOW).write_text("".join(old))
    assert _ways(made) == {".gitignore": Way.COMPLETED, WORKFLOW: Way.COMPLETED}
    assert (made / ".gitignore").read_text().startswith("/mine/\n/artifacts/\n/.venv/\n")
    assert (made / WORKFLOW).read_bytes() == WANTED[WORKFLOW]
    assert _ways(made) == {}


def test_what_a_person_changed_is_kept_and_what_it_lacks_is_said(made: Path) -> None:
    """A line of a session; a key of a policy, not its value."""
    noxfile = (made / "noxfile.py").read_text()
    (made / "noxfile.py").write_text(noxfile.replace('"--shared-only"', "").replace("nox", "NOX"))
    policy = (made / "gates/policy/default.toml").read_text().splitlines()
    dropped = next(line for line in policy if line.startswith("max_age_hours"))
    changed = "\n".join(line for line in policy if line != dropped).replace("0.9", "0.8")
    (made / "gates/policy/default.toml").write_text(changed)
    before = {name: (made / name).read_bytes() for name in MANAGED}
    found = {one.name: one for one in upgrade(open_context(made, quiet=True), is_check=False)}
    assert {name: one.way for name, one in found.items()} == {
        "noxfile.py": Way.KEPT,
        "gates/policy/default.toml": Way.KEPT,
    }
    assert any("--shared-only" in line for line in found["noxfile.py"].lacks)
    assert found["gates/policy/default.toml"].lacks == ("max_age_hours",)
    assert before == {name: (made / name).read_bytes() for name in MANAGED}


def test_what_an_earlier_version_shipped_is_replaced() -> None:
    """By its digest; a diff says what changes."""
    old = b"import nox\nold = 1\n"
    shipped = {"noxfile.py": frozenset({sha256_hex(old)})}
    one = plan_file("noxfile.py", old, b"import nox\nnew = 2\n", shipped=shipped)
    assert one.way is Way.REPLACED
    assert one.diff == (
        "--- a/noxfile.py\n+++ b/noxfile.py\n@@ -1,2 +1,2 @@\n import nox\n-old = 1\n+new = 2\n"
    )


def test_a_folder_of_the_name_is_somebodys_own(made: Path) -> None:
    """It is neither read nor written."""
    (made / "dodo.py").unlink()
    (made / "dodo.py").mkdir()
    assert _ways(made) == {}


def test_it_wants_a_release_repository(made: Path) -> None:
    """Exit 2, nothing written."""
    shutil.rmtree(made / "gates")
    with pytest.raises(UsageError, match="no gates"):
        upgrade(open_context(made, quiet=True), is_check=False)


def test_pins_of_before_get_the_generated_suites_and_keep_the_rest(made: Path) -> None:
    """A policy that is brought along names fresh; a suite of a person's own stays."""
    pins = made / "gates/suites.toml"
    new = pins.read_text(encoding="utf-8")
    before = new[: new.index("# Written anew")].rstrip() + "\n# mine\n"
    pins.write_text(before, encoding="utf-8")
    found = {one.name: one for one in upgrade(open_context(made, quiet=True), is_check=True)}
    assert found["gates/suites.toml"].way is Way.COMPLETED
    assert pins.read_text(encoding="utf-8") == before
    assert _ways(made) == {"gates/suites.toml": Way.COMPLETED}
    assert pins.read_text(encoding="utf-8") == f"{before}\n{new[new.index('# Written anew') :]}"
    assert _ways(made) == {}
    names = [pin.name for pin in open_context(made, quiet=True).inputs.pins()]
    assert names == ["fresh", "golden", "shield-synthetic", "smoke"]
