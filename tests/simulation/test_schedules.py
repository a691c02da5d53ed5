"""Random schedules end well. `make soak` runs as many more as one likes."""

import pytest

from tests.simulation import schedule

FIRST = 21
BLOCKS = 3
SEEDS_A_BLOCK = 25


@pytest.mark.parametrize("block", range(BLOCKS))
@pytest.mark.django_db(transaction=True)
def test_after_any_storm_both_sides_agree_and_nothing_is_there_twice(block: int) -> None:
    for seed in range(FIRST + block * SEEDS_A_BLOCK, FIRST + (block + 1) * SEEDS_A_BLOCK):
        schedule.run(seed)


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(20, id="a lagging index of Data Center taken for an edit back"),
        pytest.param(101, id="a dead worker's write to Jira taken for an edit"),
        pytest.param(127, id="a dead worker's write to Salesforce taken for an edit"),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_once_ended_wrong_ends_well(seed: int) -> None:
    schedule.run(seed)
