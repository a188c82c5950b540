"""A release repository in a temporary folder, driven by the real command."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support.warm_start import warm_start

ROOT = Path(__file__).parents[2]
"""This project's checkout."""
MEMORY = Path("/dev/shm")
"""Where syncing costs nothing, if it is there."""
ROW = "\n[[candidate]]\n"
"""What starts a row of the queue."""


OF_RUNS = (
    "gates/runs/",
    "artifacts/page-cache/",
    "artifacts/runs/_fleet/regenerate-status",
    "artifacts/source-facts.json",
    "artifacts/trust/feed.atom",
    "artifacts/trust/index.html",
    "artifacts/trust/metrics.txt",
    "artifacts/trust/status/",
)
"""How names of files begin that a run leaves although it did nothing else."""


@dataclass(frozen=True)
class Repository:
    """One release repository.

    Attributes:
        root: its folder.
        home: home folder of whoever runs the command, where the signing key is.
        key: another file of the signing key.
    """

    root: Path
    home: Path
    key: Path | None = None

    def run(
        self, *arguments: str, module: str = "openmed", path: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command here as a process of its own, perhaps with a folder of packages more."""
        if module == "openmed" and path is None:
            done = warm_start().run(arguments, cwd=self.root, env=self.environment, timeout=240)
            if done is not None:
                return done
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.root,
            env={**self.environment, **({"PYTHONPATH": str(path)} if path else {})},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def start(self, *arguments: str, module: str = "openmed") -> subprocess.Popen[bytes]:
        """Start a command here and go on; what it says goes to `output.log`."""
        with (self.home / "output.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def environment(self) -> dict[str, str]:
        """A person's environment: a home of their own, nothing of this machine's keys."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENMED")}
        key = {"OPENMED_SIGNING_KEY_FILE": str(self.key)} if self.key else {}
        # Sentences are not folded, so that a test reads them whole.
        own = {"HOME": str(self.home), "XDG_CONFIG_HOME": "", "COLUMNS": "1000"}
        return {**kept, **key, **own}

    @property
    def run_report(self) -> dict[str, object]:
        """What the last run left for CI."""
        path = self.root / "artifacts" / "run-report.json"
        table = json.loads(path.read_text(encoding="utf-8"))
        assert isinstance(table, dict)
        return table

    def computed(self) -> list[str]:
        """Tasks of the last run that made their product anew."""
        steps = self.run_report["steps"]
        assert isinstance(steps, list)
        return [step["task"] for step in steps if step["how"] != "reused"]

    def results(self) -> dict[str, dict[str, object]]:
        """Where each candidate of the last run stands, by slot."""
        rows = self.run_report["candidates"]
        assert isinstance(rows, list)
        return {row["slot"]: row for row in rows}

    def add_slot(self, slot: str, source: str, **changes: str) -> None:
        """Add a row and a policy like those of our tiny model, for another slot.

        Args:
            slot: the new slot.
            source: its source.
            changes: other keys of the row, as TOML.
        """
        queue = self.root / "gates" / "candidates.toml"
        row = queue.read_text(encoding="utf-8").split(ROW)[1]
        row = row.replace("pii::tiny::onnx", slot).replace("file:models/tiny", source)
        repo_id = f"OpenMed/{slot.replace('::', '-')}"
        row = row.replace("OpenMed/pii-tiny-onnx", repo_id)
        row += "".join(f"{key} = {value}\n" for key, value in changes.items())
        text = queue.read_text(encoding="utf-8").rstrip()
        queue.write_text(f"{text}\n{ROW}{row}", encoding="utf-8")
        self.add_to_catalogue(slot, repo_id)
        policies = self.root / "gates" / "policy"
        ours = (policies / "pii--tiny--onnx.toml").read_text(encoding="utf-8")
        (policies / f"{slot.replace('::', '--')}.toml").write_text(ours, encoding="utf-8")

    def add_to_catalogue(self, slot: str, repo_id: str) -> None:
        """Give a repository a row like that of our tiny model."""
        family, tier, name = slot.split("::")[:3]
        catalogue = self.root / "models.jsonl"
        text = catalogue.read_text(encoding="utf-8")
        row = json.loads(text.splitlines()[0])
        row |= {"repo_id": repo_id, "family": family, "tier": tier, "formats": [name]}
        catalogue.write_text(f"{text}{json.dumps(row)}\n", encoding="utf-8")

    def make_another(self, folder: str, *, items: int) -> None:
        """Make a model another artifact that predicts the same: batches of another size."""
        profile = self.root / folder / "runner_profile.json"
        text = profile.read_text(encoding="utf-8")
        profile.write_text(re.sub(r'"max_items": \d+', f'"max_items": {items}', text))

    def make_quick(self, *, floor: str = "0.01") -> None:
        """Judge on 40 documents by floors that anything passes, or that a dead label does not."""
        policy = self.root / "gates" / "policy" / "pii--tiny--onnx.toml"
        text = policy.read_text(encoding="utf-8")
        text = re.sub(r'\["golden", "shield-synthetic"(, "fresh")?\]', '["smoke"]', text)
        # Forty documents are compared with nothing: what is known by heart is tested elsewhere.
        text = re.sub(
            r"\[gates\.generalization\]\n.*?\n(?=\[gates\.)",
            '[gates.generalization]\nreason = "a test"\nnot_applicable = "one suite"\n\n',
            text,
            flags=re.DOTALL,
        )
        text = text.replace('"golden"', '"smoke"').replace('"shield-synthetic"', '"smoke"')
        # The smoke documents have no gold of SHIELD's label for any id.
        text = text.replace('["id", "patient", "phone"]', '["patient", "phone"]')
        for key, value in (
            ("min_support", "1"), ("min_families", "1"), ("floor", floor), ("allowed", "500"),
            ("limit", "0.99"), ("typed", "0.01"), ("over_redaction", "1.0"),
            ("false_alarms", "1.0"),
        ):  # fmt: skip
            text = re.sub(rf"\b{key} = [\d.]+", f"{key} = {value}", text)
        policy.write_text(text, encoding="utf-8")

    def files(self, *folders: str) -> dict[str, bytes]:
        """Every file under some folders, by path."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for folder in folders
            for path in sorted((self.root / folder).rglob("*"))
            if path.is_file()
        }

    def facts(self, *folders: str) -> dict[str, bytes]:
        """The same without what a run leaves of itself: its record, and pages that show it."""
        return {
            name: data
            for name, data in self.files(*folders).items()
            if not name.startswith(OF_RUNS)
        }

    def edit(self, name: str, old: str, new: str) -> None:
        """Change one place of a file."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


Once = Callable[[Repository, str, Callable[[], None]], None]
"""Brings a repository into a named state: makes it the first time, copies it afterwards."""
