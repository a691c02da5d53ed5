"""`make bench`: the figures the connector is built to reach, measured against the sandbox.

The sandbox runs in a process of its own and is reached over HTTP, so that CPU and memory are the
connector's alone.
"""

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="connector-bench-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings",
            DATABASE_URL=f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
            SECRET_KEY="only-for-the-bench",
            FERNET_KEYS="only-for-the-bench",
            EXTRA_HOSTS="127.0.0.1,localhost",
            CELERY_BROKER_URL="memory://",
        )
        import django

        django.setup()
        from bench.figures import measure

        return measure(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
