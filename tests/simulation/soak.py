"""Runs any number of schedules: python -m tests.simulation.soak --count 10000 --first 1"""

import argparse
import os
import sys
import traceback
from multiprocessing import Pool

import django


def main() -> int:
    """Run the schedules; print what goes wrong, and return how the process ends."""
    parser = argparse.ArgumentParser(prog="make soak", description="Run random schedules.")
    parser.add_argument("--count", type=int, default=2_000, help="how many schedules")
    parser.add_argument("--first", type=int, default=1, help="the first one's seed")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.count)
    wrong = 0
    with Pool(min(given.workers, given.count), initializer=_prepare) as pool:
        for problem in pool.imap_unordered(_try, seeds, chunksize=1):
            if problem:
                wrong += 1
                print(problem, flush=True)
    print(f"{given.count} schedules, {wrong} ended wrong.")
    return 1 if wrong else 0


def _prepare() -> None:
    """Give this process a database in memory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _try(seed: int) -> str:
    from tests.simulation import schedule

    try:
        schedule.run(seed)
    except schedule.Wrong as wrong:
        return str(wrong)
    except Exception:
        return f"Seed {seed}:\n{traceback.format_exc()}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
