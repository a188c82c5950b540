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
    try:
        from openmed.entrypoints.cli import cli  # noqa: PLC0415 - see above

        cli(prog_name="openmed")
    except (KeyboardInterrupt, SystemExit):
        # click turns an interrupt outside a command into exit code 1.
        if interrupts.is_interrupted():
            sys.exit(interrupts.EXIT_CODE)
        raise


if __name__ == "__main__":
    main()
