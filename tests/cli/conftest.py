"""What the tests of the terminal share."""

from pathlib import Path

import pytest

from tests.cli.asps import Asps


@pytest.fixture
def asps(tmp_path: Path) -> Asps:
    """A terminal in front of a record with one patient in staging."""
    return Asps(tmp_path).set_up()


@pytest.fixture
def bare(tmp_path: Path) -> Asps:
    """A terminal where there is no record yet."""
    return Asps(tmp_path)
