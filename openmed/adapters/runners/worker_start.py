"""The program of the child process: `python -P -s worker_start.py [FACTS]`.

In the jail the folder of this package may be read and the one above may not be listed. That is
where an editable install is found, so the package is made known by its own place.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

_PLACE = Path(__file__).resolve().parents[2]


class OwnPackage:
    """Finds this package where it is, and nothing else."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG004 - a finder's
        target: ModuleType | None = None,  # noqa: ARG004 - as above
    ) -> ModuleSpec | None:
        """The package, whatever folder it is in."""
        if name != _PLACE.name:
            return None
        return spec_from_file_location(
            name, _PLACE / "__init__.py", submodule_search_locations=[str(_PLACE)]
        )


if __name__ == "__main__":
    sys.meta_path.insert(0, OwnPackage)
    from openmed.adapters.runners.worker_main import main

    main()
