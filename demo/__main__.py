"""Shows the connector at work against the sandbox: `python -m demo [--once]`."""

import argparse
import os
import sys
from pathlib import Path

import django

from demo import place as places
from demo.content import NotLoaded
from demo.logs import Logs
from demo.performance import Failed, Performance
from launch.broker import NoBroker
from launch.programs import ROOT
from launch.supervisor import Ended, NotReady, StopAsked, Supervisor

FOLDER = ROOT / "var" / "demo"
# After all processes are up. A run takes about half a minute.
LIMIT_SECONDS = 120.0


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 when all went well or Ctrl-C ended a lasting demo, else 1."""
    options = _parser().parse_args(arguments)
    try:
        with places.to_itself(options.folder):
            return _show(places.choose(options.folder), options.once, options.limit)
    except places.AlreadyRunning as error:
        print(error, file=sys.stderr)
        return 1


def _show(place: places.Place, once: bool, limit: float) -> int:
    os.environ.update(places.settings(place))
    django.setup()
    logs = Logs(place.logs)
    try:
        with Supervisor(logs.write) as supervisor:
            performance = Performance(place, supervisor, limit)
            performance.prepare()
            if once:
                performance.play_all()
            else:
                performance.play_first()
                supervisor.watch()
    except StopAsked:
        print("\nStopped.")
        return 1 if once else 0
    except Ended as error:
        print(f"\n{error}. Its last lines:", *logs.last(error.name), sep="\n  ", file=sys.stderr)
        return 1
    except (NoBroker, NotReady, NotLoaded, Failed) as error:
        print(f"\n{error}\nWhat the processes said is in {place.logs}.", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument(
        "--once",
        action="store_true",
        help="run the main job end to end, print it as a table and stop",
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=LIMIT_SECONDS,
        help=f"seconds that all steps together may take ({LIMIT_SECONDS:.0f})",
    )
    parser.add_argument(
        "--folder",
        type=lambda text: Path(text).resolve(),
        default=FOLDER,
        help="where its database, keys and output go (var/demo)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
