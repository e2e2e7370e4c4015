import pytest

from pipeline.core.errors import RecordError
from tests.reproduce import compare


@pytest.fixture
def clones(tmp_path):
    pair = tmp_path / "one", tmp_path / "two"
    for clone in pair:
        for name, content in {"data/a.csv": b"x,y\n1,2\n", "site/index.html": b"<p>538</p>"}.items():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_bytes(content)
    return pair


def test_equal_clones_are_counted(clones):
    # two files: 8 bytes of CSV and 10 of HTML
    assert "2 files, 18 bytes" in compare(*clones)


def test_the_first_difference_names_file_and_byte_and_shows_both_texts(clones, capsys):
    (clones[1] / "site/index.html").write_bytes(b"<p>539</p>")
    with pytest.raises(RecordError, match=r"site/index\.html: differs from byte 5"):
        compare(*clones)
    shown = capsys.readouterr().err
    assert "<p>538</p>" in shown and "<p>539</p>" in shown


def test_a_file_that_is_the_beginning_of_the_other_differs_at_its_end(clones):
    (clones[1] / "data/a.csv").write_bytes(b"x,y\n1,2\n3,4\n")
    with pytest.raises(RecordError, match=r"data/a\.csv: differs from byte 8"):
        compare(*clones)


def test_a_file_in_one_clone_only_is_named(clones):
    (clones[0] / "data/extra.csv").touch()
    with pytest.raises(RecordError, match=r"data/extra\.csv: built in one clone only"):
        compare(*clones)
