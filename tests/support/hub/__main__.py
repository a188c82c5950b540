"""Serve a Hub on loopback until it is interrupted: `PYTHONPATH=tests python -m support.hub`."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from support.hub.loopback import TestHub


def main() -> None:
    """Print where it listens and a token that may do everything, then wait."""
    options = argparse.ArgumentParser(prog="python -m support.hub", description=__doc__)
    options.add_argument("--port", type=int, default=0, help="of the Hub; any free one")
    options.add_argument("--cdn-port", type=int, default=0, help="of its CDN; any free one")
    options.add_argument("--folder", type=Path, help="keeps what it has, and finds it again")
    asked = options.parse_args()
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with TestHub(folder=asked.folder, port=asked.port, cdn_port=asked.cdn_port) as hub:
        lines = {**hub.environment(), "HF_TOKEN": hub.token("admin", admin=True)}
        sys.stdout.write("".join(f"export {name}={value}\n" for name, value in lines.items()))
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
