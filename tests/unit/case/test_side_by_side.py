"""Parts of the case worked out side by side: the same tables, and a mistake is the same one message."""

import pickle
from pathlib import Path

import pytest

from pipeline.core.errors import RecordError
from pipeline.core.params import load_params
from pipeline.core.paths import Paths, find_root
from pipeline.stages import derive_case

ROOT = find_root(Path(__file__).parent)


def test_two_processes_make_the_tables_of_one(monkeypatch):
    monkeypatch.setattr(derive_case, "PARTS", ("against", "moment", "since"))
    paths, params = Paths(ROOT), load_params(ROOT / "params.yaml")
    alone, together = (derive_case.tables_of_parts(paths, params, processes) for processes in (1, 2))
    assert list(alone) == list(together) == ["against", "moment", "since"]
    for part, tables in alone.items():
        assert list(tables) == list(together[part])
        assert all(table.equals(together[part][name]) for name, table in tables.items())


def test_a_mistake_in_another_process_keeps_its_words(monkeypatch, tmp_path):
    monkeypatch.setattr(derive_case, "PARTS", ("moment", "since"))
    with pytest.raises(RecordError, match="file not found"):
        derive_case.tables_of_parts(Paths(tmp_path), load_params(ROOT / "params.yaml"), 2)


def test_an_error_is_sent_whole():
    error = RecordError("log.csv", "not a number", row=41, value="c. 4", next_step="see counts.yaml")
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
