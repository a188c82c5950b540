"""`python -m openmed` and the `openmed` command."""

import gc
import os
import sys

_OBJECTS_BETWEEN = 50_000
"""New objects between two looks for cycles; Python's own 700 are a third of reading a suite."""


def main() -> None:
    """Run the command line."""
    # Asked for by shells and scripts all the time, so it loads nothing else.
    if sys.argv[1:] == ["--version"]:
        from openmed.version import __version__  # noqa: PLC0415 - see above

        _print(f"openmed {__version__}\n")
        return
    collect_rarely()
    from openmed.pipeline import interrupts  # noqa: PLC0415 - see above

    interrupts.install_handlers()
    from openmed.cli.main import run  # noqa: PLC0415 - see above
    from openmed.exit_codes import ExitCode  # noqa: PLC0415 - see above

    code = run(sys.argv[1:])
    # The exit code of an interrupted process, however its work ended.
    sys.exit(ExitCode.INTERRUPTED if interrupts.is_interrupted() else code)


def collect_rarely() -> None:
    """Look for garbage in cycles rarely: reports, suites and predictions hold none."""
    gc.set_threshold(_OBJECTS_BETWEEN, 20, 50)


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # As the front door does it: what is left must not raise again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        from openmed.exit_codes import ExitCode  # noqa: PLC0415 - as above

        sys.exit(ExitCode.CLOSED_PIPE)


if __name__ == "__main__":
    main()
