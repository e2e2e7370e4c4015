"""Reading a page: tags that name and ask for nothing are left out first, and nothing else is."""

import pytest

from pipeline.book.links import PageLinks, read_page

PAGES = [
    '<svg><g class="x"><path d="M0,0"/><text>1</text><image href="a.png"/></g></svg>',
    '<td style="color: red">1</td><tr id="row"><td\n  ID = "Cell">2</td>',
    "<a href=plain.html>x</a><a title='<b>' href='single.html'>y</a>",
    '<a title="<i class=x>" href="a<b>c.html">z</a><p title="> <a href=none>">',
    '<!-- <a href="no.html"> --><script>if (a < b) "<a href=no.html></g>"</script><img src="yes.png">',
    "<style>p > b { background: url(https://example.org/x) }</style><b>url(no)</b><style>i {}</style>",
    '<p title="never closed><a href="x.html">y</a>',
    "1 < 2 <a name=x href='&amp;.html'> 3 > 2 <use xlink:href='#id'/><video poster=p.png data-id='no'>",
]


@pytest.mark.parametrize("html", PAGES)
def test_a_page_is_read_as_if_no_tag_had_been_left_out(html):
    whole = PageLinks()
    whole.feed(html)
    whole.close()
    read = read_page(html)
    assert (read.links, read.loads, read.anchors) == (whole.links, whole.loads, whole.anchors)
    assert list(filter(None, read.styles)) == list(filter(None, whole.styles))


def test_what_the_pages_ask_for_is_found():
    found = [read_page(html) for html in PAGES]
    assert found[0].loads == ["a.png"]
    assert found[1].anchors == {"row": 1, "Cell": 1} and "color: red" in found[1].styles
    assert found[2].links == ["plain.html", "single.html"]
    assert found[4].links == [] and found[4].loads == ["yes.png"]
