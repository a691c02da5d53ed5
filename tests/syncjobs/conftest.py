from collections.abc import Iterator

import pytest

from tests.world import World, a_world


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """An org, a Jira Cloud site and the product between them."""
    with a_world() as world:
        yield world


@pytest.fixture
def data_center(db: None) -> Iterator[World]:
    """The same with Jira Data Center below a context path."""
    with a_world(deployment="data_center", context_path="/jira") as world:
        yield world
