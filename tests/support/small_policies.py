"""Our default policy and its floor for the two small suites of `measured_places`."""

from pathlib import Path

from support.repositories import ROOT


def small_default(root: Path) -> None:
    """Our default policy and its floor over the two small suites, which cannot decide it."""
    for name in ("default", "floor"):
        text = (ROOT / f"gates/policy/{name}.toml").read_text(encoding="utf-8")
        for old, new in (
            ('["golden", "shield-synthetic", "fresh"]', '["first", "second"]'),
            ('suites = ["fresh", "shield-synthetic"]', 'suites = ["second"]'),
            ('paired = ["fresh"]', "paired = []"),
            ('"shield-synthetic"', '"second"'),
            ('"golden"', '"first"'),
            ('"smoke"', '"first"'),
            ('strict = ["id", "patient", "phone"]', 'strict = ["patient", "phone"]'),
        ):
            text = text.replace(old, new)
        (root / "gates" / "policy" / f"{name}.toml").write_text(text, encoding="utf-8")
