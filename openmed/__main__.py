"""`python -m openmed` and the `openmed` command."""

import sys


def main() -> None:
    """Run the command line."""
    # Asked for by shells and scripts all the time, so it loads nothing else.
    if sys.argv[1:] == ["--version"]:
        from openmed import __version__  # noqa: PLC0415 - see above

        sys.stdout.write(f"openmed {__version__}\n")
        return
    from openmed.entrypoints import interrupts  # noqa: PLC0415 - see above

    interrupts.heed()
    from openmed.entrypoints.cli.front import run  # noqa: PLC0415 - see above

    code = run(sys.argv[1:])
    # However the work wound down: who was told to end says so.
    sys.exit(interrupts.EXIT_CODE if interrupts.is_interrupted() else code)


if __name__ == "__main__":
    main()
