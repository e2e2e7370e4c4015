"""A page is passed over only while its source, its own bytes and all that it may read are as they were."""

import pytest

from pipeline.chapters.memory import STAMPS, Stamps


@pytest.fixture
def project(tmp_path):
    page = tmp_path / "book" / "chapters" / "forces" / "essex.ipynb"
    page.parent.mkdir(parents=True)
    page.write_text("as executed")
    (tmp_path / "source").write_text("as written")
    Stamps(tmp_path, "data").write({"forces/essex": tmp_path / "source"})
    return tmp_path


def fits(project, read="data"):
    return Stamps(project, read).fits("forces/essex", project / "source")


def test_a_page_of_which_nothing_changed_fits(project):
    assert fits(project)
    assert Stamps(project, "data").known("forces") == ["forces/essex"]


@pytest.mark.parametrize("file", ["source", "book/chapters/forces/essex.ipynb"])
def test_a_page_or_source_that_was_edited_does_not_fit(project, file):
    (project / file).write_text("edited")
    assert not fits(project)


@pytest.mark.parametrize("file", ["source", "book/chapters/forces/essex.ipynb", str(STAMPS)])
def test_a_page_source_or_memory_that_is_gone_does_not_fit(project, file):
    (project / file).unlink()
    assert not fits(project)


def test_other_data_or_parameters_do_not_fit(project):
    assert not fits(project, "other data")


def test_stamps_cut_off_by_a_kill_are_not_trusted(project):
    (project / STAMPS).write_text((project / STAMPS).read_text()[:20])
    assert not fits(project)
