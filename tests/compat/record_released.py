"""Records a whole release repository, with the engine of any checkout.

    python tests/compat/record_released.py NAME --checkout FOLDER

FOLDER has its environment in `.venv`. Two generations of one slot are released by its command,
judged on 40 documents; the recipe's build on 15 notes is the model, because it is small. The
private key is not kept: whoever goes on releasing replaces it (`openmed keys rotate --lost`).
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from support.repositories import ROW, Repository  # noqa: E402 - found by the line above

SUITE = "gates/suites/golden.jsonl"
POLICY = "gates/policy/pii--tiny--onnx.toml"
KEPT = ("candidates.toml", "suites.toml", "policy")
BATCHES = (16, 8)
"""What makes each generation other bytes that predict the same."""
OF_THE_MACHINE = ("/doit.sqlite3", ".lock", ".log", "/run-report.json")
"""Caches and reports of one run; a clone does not have them either."""


@dataclass(frozen=True)
class Recording:
    """A repository, and the checkout whose engine works in it."""

    checkout: Path
    place: Repository

    @property
    def python(self) -> Path:
        """The interpreter that finds the checkout's engine."""
        return self.checkout / ".venv" / "bin" / "python"

    def run(self, *words: str) -> None:
        """Run a command of the checkout's engine; it must succeed."""
        done = subprocess.run(
            [self.python, "-B", "-m", "openmed", *words],
            cwd=self.place.root,
            env=self.place.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            sys.exit(
                f"openmed {' '.join(words)}: exit {done.returncode}\n{done.stderr}{done.stdout}"
            )

    def make(self) -> None:
        """Release every generation."""
        self.place.home.mkdir()
        self._lay_out()
        self._cut_suite()
        self.run("keys", "add", "release", "--key", str(self.place.key))
        for items in BATCHES:
            self.place.make_another("models/tiny", items=items)
            self.run("release", "run")
        self.run("release", "verify")

    def _lay_out(self) -> None:
        root, gates = self.place.root, self.place.root / "gates"
        gates.mkdir(parents=True)
        for name in KEPT:
            source = self.checkout / "gates" / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, gates / name)
        for name in ("dodo.py", "models.jsonl"):
            shutil.copy(self.checkout / name, root / name)
        train = self.checkout / "gates" / "recipes" / "pii-tiny" / "train.py"
        model = root / "models" / "tiny"
        build = ("--build", "worse", "--out", model)
        subprocess.run([self.python, "-B", train, *build], check=True, capture_output=True)
        queue = gates / "candidates.toml"
        head, ours, *_ = queue.read_text(encoding="utf-8").split(ROW)
        ours = ours.replace("recipe:gates/recipes/pii-tiny", "file:models/tiny")
        queue.write_text(f"{head}{ROW}{ours}", encoding="utf-8")
        self.place.make_quick()
        self.place.edit(POLICY, 'verifiers = ["local"]', 'verifiers = ["release"]')

    def _cut_suite(self) -> None:
        """Only the documents of the smoke subset, and only its pin."""
        rows = (self.checkout / SUITE).read_bytes().splitlines(keepends=True)
        data = b"".join(row for row in rows if json.loads(row)["smoke"])
        path = self.place.root / SUITE
        path.parent.mkdir()
        path.write_bytes(data)
        pins = self.place.root / "gates" / "suites.toml"
        head, *tables = pins.read_text(encoding="utf-8").split("[[suite]]\n")
        (smoke,) = (table for table in tables if 'name = "smoke"' in table)
        pin = f'sha256 = "{hashlib.sha256(data).hexdigest()}"'
        smoke = re.sub(r'^sha256 = ".*"$', pin, smoke, flags=re.MULTILINE)
        pins.write_text(f"{head}[[suite]]\n{smoke}", encoding="utf-8")


def main() -> None:
    """Write `NAME.tar.xz`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="commit or release whose engine it is")
    parser.add_argument("--checkout", required=True, type=Path)
    options = parser.parse_args()
    target = HERE / f"{options.name}.tar.xz"
    with tempfile.TemporaryDirectory() as folder:
        root, home = Path(folder) / "repository", Path(folder) / "home"
        place = Repository(root=root, home=home, key=home / "release.pem")
        Recording(options.checkout.resolve(), place).make()
        with tarfile.open(target, "w:xz", preset=9) as archive:
            archive.add(place.root, "repository", filter=_nobody)


def _nobody(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Without what names the machine, and without who recorded it."""
    if member.name.endswith(OF_THE_MACHINE):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    main()
