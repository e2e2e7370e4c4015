"""Galleries: whose templates they are, how many people they hold, and that nobody can change them."""

import numpy as np
import pytest

from pipeline.matching.gallery import Gallery


def test_people_are_counted_once_however_many_images_they_have():
    gallery = Gallery(np.eye(4), [7, 8, 7, 7])
    assert (len(gallery), gallery.people, gallery.width) == (4, 2, 4)


def test_rows_are_people_where_no_identifiers_are_given():
    assert Gallery(np.eye(3)).identifiers.tolist() == [0, 1, 2]


def test_an_empty_gallery_has_a_width_and_nobody():
    for identifiers in (None, []):
        gallery = Gallery(np.empty((0, 5)), identifiers)
        assert (len(gallery), gallery.people, gallery.width) == (0, 0, 5)


@pytest.mark.parametrize(
    "identifiers", [[1], [1, 2, 3], [[1, 2]], 5, [0.5, 1.5], [None, 1], [True, False], [np.nan, 1.0]]
)
def test_identifiers_are_one_integer_or_string_per_template(identifiers):
    with pytest.raises(ValueError, match="identifiers"):
        Gallery(np.eye(2), identifiers)


def test_a_gallery_is_a_copy_that_cannot_be_written_to():
    vectors, identifiers = np.eye(2, dtype=np.float32), np.array([5, 6])
    gallery = Gallery(vectors, identifiers)
    vectors[0], identifiers[0] = [0, 1], 9
    assert gallery.templates.tolist() == [[1, 0], [0, 1]]
    assert gallery.identifiers.tolist() == [5, 6]
    for array in (gallery.templates, gallery.identifiers):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
