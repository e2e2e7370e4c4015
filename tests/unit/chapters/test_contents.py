"""The table of contents names the chapters: every notebook once, and the build follows its order."""

import pytest

from pipeline.chapters.contents import slugs
from pipeline.core.errors import RecordError

CONTENTS = """
project:
  toc:
    - file: chapters/index.ipynb
    - file: about.md
    - title: A part
      children:
        - file: chapters/last.ipynb
          children:
            - pattern: chapters/forces/*.ipynb
            - file: chapters/below.ipynb
"""


def test_chapters_come_in_the_order_of_the_contents_and_nothing_else_does(tmp_path):
    (tmp_path / "myst.yml").write_text(CONTENTS)
    assert slugs(tmp_path) == ["index", "last", "below"]


def test_a_chapter_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "myst.yml").write_text(CONTENTS.replace("below", "index"))
    with pytest.raises(RecordError, match=r"myst\.yml.*twice.*index"):
        slugs(tmp_path)
