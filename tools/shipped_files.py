"""Lists what `openmed init` makes, so that a later `openmed upgrade` knows it as unchanged.

    python tools/shipped_files.py

A digest is never taken out: repositories made by every earlier version are somewhere.
"""

import sys
import tomllib
from pathlib import Path

from generated_files import ROOT, write_or_check

from openmed.adapters.inputs.scaffold_files import scaffold_files
from openmed.app.scaffold import ALWAYS, IF_THERE, ON_GITHUB
from openmed.domain.digest import sha256_hex

PLACE = ROOT / "openmed" / "scaffold" / "shipped.toml"
HEAD = "# sha256 of every version of these files that was ever shipped; tools/shipped_files.py\n"


def files() -> dict[Path, str]:
    """The list, with what is made now in it."""
    known = tomllib.loads(PLACE.read_text(encoding="utf-8")) if PLACE.exists() else {}
    now = scaffold_files(is_on_github=True)
    lines = [HEAD]
    for name in sorted((*ALWAYS, *IF_THERE, *ON_GITHUB)):
        digests = sorted({*known.get(name, ()), sha256_hex(now[name])})
        lines.append(f'"{name}" = [\n')
        lines += [f'  "{digest}",\n' for digest in digests]
        lines.append("]\n")
    return {PLACE: "".join(lines)}


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files()))
