"""Records what consumers have on disk: `python tests/compat/record_downloads.py`, once a version.

A folder that a release of the engine came with is never recorded again.
"""

import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from support.served import Asked, Served, by_fetch  # noqa: E402 - the tests' folder is no package

PLACE = HERE / "_downloads" / "1"


def main() -> None:
    """A download from one slot's repository, the head it was checked by, and the key."""
    with tempfile.TemporaryDirectory() as folder:
        served = Served(Path(folder))
        asked = Asked(
            source=str(served.repository),
            gates=str(served.root),
            key=served.key,
            state=Path(folder) / "state",
        )
        if by_fetch(asked, Path(folder) / "files"):
            raise SystemExit(1)
        shutil.rmtree(PLACE, ignore_errors=True)
        shutil.copytree(Path(folder) / "files", PLACE / "files")
        shutil.copy(served.key, PLACE / "publisher.pub")
        for name in ("head.json", "pointer.json"):
            shutil.copy(served.root / "gates" / name, PLACE / name)
        (seen,) = (asked.state / "state/openmed/heads").iterdir()
        shutil.copy(seen, PLACE / "seen-head.json")


if __name__ == "__main__":
    main()
