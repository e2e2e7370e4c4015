"""Work in processes of its own: the results, their order and their mistakes are those of one process."""

import os
from functools import partial

import pytest

from pipeline.core.errors import RecordError
from pipeline.core.machine import side_by_side


def refused() -> None:
    raise RecordError("log.csv", "not a number")


def test_results_bear_the_names_of_the_work_in_its_order():
    work = {"b": partial(pow, 2, 3), "a": partial(pow, 3, 2), "c": partial(pow, 5, 1)}
    for processes in (1, 2, 8):
        assert list(side_by_side(work, processes).items()) == [("b", 8), ("a", 9), ("c", 5)]


def test_one_processor_forks_nothing_and_two_do():
    work = {"here": os.getpid}
    assert side_by_side(work, 1) == {"here": os.getpid()}
    assert side_by_side(work, 2) != {"here": os.getpid()}


@pytest.mark.parametrize("processes", [1, 2])
def test_a_mistake_keeps_its_words(processes):
    with pytest.raises(RecordError, match="not a number"):
        side_by_side({"fine": os.getpid, "refused": refused}, processes)
