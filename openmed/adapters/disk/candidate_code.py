"""Whether the code of a candidate is among the files of a folder."""

from pathlib import Path

from openmed.domain.inference.candidate_code import NEXT, code_fault
from openmed.domain.inference.profile import RunnerProfile
from openmed.errors import EvidenceError


def require_code_inside(profile: RunnerProfile, folder: Path) -> None:
    """Refuse a profile that names code outside its tree.

    Raises:
        EvidenceError: it does.
    """
    if profile.spans is None:
        return
    files = (path for path in folder.rglob("*") if path.is_file())
    fault = code_fault(profile, paths={path.relative_to(folder).as_posix() for path in files})
    if fault:
        raise EvidenceError(fault, next_step=NEXT)
