"""One function per node type of the engine's document tree, and the table that finds it.

A type that is not in the table stops the build: that is how `iframe`, `mermaid`, `raw` and whatever a later
engine invents are kept out. So does a role or directive that nothing resolved.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

from addresses import Addresses
from elements import BREAK, element, join
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

Node = dict  # as the engine writes it: `type`, mostly `children` or `value`, and what the type needs


class CannotRenderError(Exception):
    """The page holds something this theme refuses or does not know."""


@dataclass
class Page:
    """What a renderer may know of the page at hand.

    Args:
        addresses: Makes addresses page-relative.
        read: Reads a file of the content server, by root-absolute address.
        public: Root-absolute addresses of the files that the engine publishes (pictures, downloads).
        files: Content of the published files that this page uses, by their address in the site.
        footnote_uses: How often each footnote was referred to so far.
    """

    addresses: Addresses
    read: Callable[[str], bytes]
    public: frozenset[str] = frozenset()
    files: dict[str, bytes] = field(default_factory=dict)
    footnote_uses: Counter[str] = field(default_factory=Counter)

    def file(self, url: str) -> str:
        """Return the address of a link or picture; a file that the engine publishes is taken along.

        The engine puts a hash of the file's absolute path into its name, so that two checkouts differ. Ours
        is a hash of the content.
        """
        if url not in self.public:
            return self.addresses.resolve(url)
        content = self.read(url)
        stem, _, ending = re.sub(r"-[0-9a-f]{32}(?=\.)", "", url.rpartition("/")[2]).rpartition(".")
        address = f"files/{stem}-{sha256(content).hexdigest()[:8]}.{ending}"
        self.files[address] = content
        return address


Renderer = Callable[[Node, Page], Markup]
RENDERERS: dict[str, Renderer] = {}


def renders(*types: str) -> Callable[[Renderer], Renderer]:
    """Enter a function into the table for these node types."""

    def enter(function: Renderer) -> Renderer:
        RENDERERS.update(dict.fromkeys(types, function))
        return function

    return enter


def render(node: Node, page: Page) -> Markup:
    """Render one node.

    Raises:
        CannotRenderError: if the table has no entry for the node's type.
    """
    try:
        renderer = RENDERERS[node["type"]]
    except KeyError:
        raise CannotRenderError(
            f'no renderer for node type "{node["type"]}"; see RENDERERS in the theme'
        ) from None
    html = renderer(node, page)
    return _with_id(html, node["html_id"]) if _is_target(node) else html


def _is_target(node: Node) -> bool:
    """Tell whether links may point at this node: caption numbers and references carry another node's id."""
    if node["type"] == "block":
        return bool(node.get("label"))  # the id of a cell is chance, its label is the author's
    return bool(node.get("html_id")) and node["type"] not in {"captionNumber", "crossReference"}


def _with_id(html: Markup, anchor: str) -> Markup:
    """Put an id on the first element, unless it has one."""
    return Markup(re.sub(r"^<\w+(?![^>]*\sid=)", lambda start: f'{start[0]} id="{escape(anchor)}"', html))  # noqa: S704


def children(node: Node, page: Page) -> Markup:
    """Render what a node holds."""
    return join(render(child, page) for child in node.get("children", []))


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in reading order."""
    yield node
    for child in node.get("children", []):
        yield from walk(child)


def text_of(node: Node) -> str:
    """Return the plain text of a node."""
    return "".join(
        part["value"] for part in walk(node) if part["type"] in ("text", "inlineCode", "inlineMath")
    )


def classes(*names: str | None) -> str | None:
    """Join class names, leaving out the empty ones."""
    return " ".join(name for name in names if name) or None


# --- nodes that are one element around their children

SIMPLE = {
    "paragraph": "p", "blockquote": "blockquote", "emphasis": "em", "strong": "strong", "delete": "del",
    "underline": "u", "subscript": "sub", "superscript": "sup", "keyboard": "kbd", "summary": "summary",
    "definitionList": "dl", "definitionDescription": "dd", "header": "header", "footer": "footer",
}  # fmt: skip
WITH_CLASS = {
    "smallcaps": ("span", "smallcaps"), "legend": ("div", "legend"), "cardTitle": ("p", "card-title"),
    "admonitionTitle": ("p", "box-title"), "captionNumber": ("span", "caption-number"),
    "glossary": ("div", "glossary"), "grid": ("div", "grid"),
}  # fmt: skip


def _wrapper(name: str, class_: str | None = None) -> Renderer:
    return lambda node, page: element(name, children(node, page), class_=class_)


RENDERERS.update({kind: _wrapper(name) for kind, name in SIMPLE.items()})
RENDERERS.update({kind: _wrapper(*name_and_class) for kind, name_and_class in WITH_CLASS.items()})


@renders("root", "include", "embed")
def transparent(node: Node, page: Page) -> Markup:
    return children(node, page)


@renders("comment", "mystTarget", "definition", "bibliography", "footnoteDefinition")
def silent(node: Node, page: Page) -> Markup:
    """Prints nothing here; footnotes and references stand at the foot of the page."""
    return Markup("")


@renders("mystRole", "mystDirective")
def resolved(node: Node, page: Page) -> Markup:
    if not node.get("children"):
        kind = "role" if node["type"] == "mystRole" else "directive"
        raise CannotRenderError(
            f'{kind} "{node.get("name")}" with "{node.get("value", "")}" was not resolved'
        )
    return children(node, page)


# --- text


@renders("text")
def text(node: Node, page: Page) -> Markup:
    return join([node["value"]])


@renders("break")
def line_break(node: Node, page: Page) -> Markup:
    return element("br")


@renders("thematicBreak")
def thematic_break(node: Node, page: Page) -> Markup:
    return element("hr")


@renders("inlineCode")
def inline_code(node: Node, page: Page) -> Markup:
    return element("code", node["value"])


@renders("abbreviation")
def abbreviation(node: Node, page: Page) -> Markup:
    return element("abbr", children(node, page), title=node.get("title"))


@renders("span", "div")
def generic(node: Node, page: Page) -> Markup:
    """A role of our own may add `data`: `title` becomes the tooltip, the rest data attributes."""
    data = dict(node.get("data") or {})
    title = data.pop("title", None)
    marks = {f"data_{key}": value for key, value in data.items() if re.fullmatch(r"[a-z_]+", key)}
    return element(node["type"], children(node, page), class_=node.get("class"), title=title, **marks)


@renders("heading")
def heading(node: Node, page: Page) -> Markup:
    anchor = node.get("html_id")
    link = element("a", "#", class_="anchor", href=f"#{anchor}", aria_label="Link to this section")
    return element(f"h{node['depth']}", children(node, page), link if anchor else "") + BREAK


@renders("link")
def link(node: Node, page: Page) -> Markup:
    return element("a", children(node, page), href=page.file(node["url"]), class_=node.get("class"))


@renders("crossReference")
def cross_reference(node: Node, page: Page) -> Markup:
    anchor = f"#{node['html_id']}" if node.get("html_id") else ""
    return element("a", children(node, page), href=page.addresses.resolve(node.get("url", "") + anchor))


@renders("citeGroup")
def cite_group(node: Node, page: Page) -> Markup:
    cites = Markup("; ").join(render(cite, page) for cite in node["children"])
    return Markup("({})").format(cites) if node.get("kind") == "parenthetical" else cites


@renders("cite")
def cite(node: Node, page: Page) -> Markup:
    return element("a", children(node, page), href=f"#cite-{node['identifier']}", class_="cite")


@renders("footnoteReference")
def footnote_reference(node: Node, page: Page) -> Markup:
    number, name = node["enumerator"], node["identifier"]
    page.footnote_uses[name] += 1
    use = page.footnote_uses[name]
    mark = element(
        "a", number, href=f"#fn-{name}", id=f"fn-{name}-use-{use}", aria_label=f"Footnote {number}"
    )
    return element("sup", mark, class_="footnote-mark")


# --- lists


@renders("list")
def list_(node: Node, page: Page) -> Markup:
    if node.get("ordered"):
        start = node.get("start", 1)
        return element("ol", children(node, page), start=start if start != 1 else None)
    return element("ul", children(node, page))


@renders("listItem")
def list_item(node: Node, page: Page) -> Markup:
    items = node.get("children", [])
    only_paragraphs = [item for item in items if item["type"] == "paragraph"]
    tight = len(only_paragraphs) == 1 and items[0]["type"] == "paragraph"
    inside = children({**node, "children": items[0].get("children", []) + items[1:]} if tight else node, page)
    box = {True: "☑ ", False: "☐ "}.get(node.get("checked"), "")
    return element("li", box, inside, class_="task" if box else None)


@renders("definitionTerm")
def definition_term(node: Node, page: Page) -> Markup:
    return element("dt", children(node, page))


# --- figures and tables


@renders("image")
def image(node: Node, page: Page) -> Markup:
    return element(
        "img", src=page.file(node["url"]), alt=node.get("alt", ""), title=node.get("title"),
        width=node.get("width"), loading="lazy",
    )  # fmt: skip


@renders("container")
def container(node: Node, page: Page) -> Markup:
    kind = node.get("kind", "figure")
    return element("figure", children(node, page), class_=classes(kind, node.get("class")))


@renders("caption")
def caption(node: Node, page: Page) -> Markup:
    return element("figcaption", children(node, page))


def _is_number(words: str) -> bool:
    return re.fullmatch(r"[£+\-−–<>≤≥]?\s*\d[\d,. ]*\s*(%|[a-z]{1,3})?", words.strip()) is not None


@renders("table")
def table(node: Node, page: Page) -> Markup:
    """A table in a box of its own that scrolls; a column of numbers is set to the right."""
    rows = node["children"]
    head = [row for row in rows if all(cell.get("header") for cell in row["children"])]
    body = [row for row in rows if row not in head]
    head = [
        row for row in head if text_of(row).strip()
    ]  # Markdown demands a head even of a table that has none
    columns = zip(*(row["children"] for row in body), strict=False)
    numeric = [all(_is_number(text_of(cell)) for cell in column) for column in columns]

    def row_html(row: Node, scope: str) -> Markup:
        sides = [*numeric, *[False] * len(row["children"])]  # a table without a body has no columns to judge
        cells = [_cell(cell, page, scope, side) for cell, side in zip(row["children"], sides, strict=False)]
        return element("tr", *cells) + BREAK

    sections = [element("thead", *(row_html(row, "col") for row in head))] if head else []
    sections.append(element("tbody", *(row_html(row, "row") for row in body)))
    return element("div", element("table", *sections), class_="table-scroll", tabindex="0")


LONG_CELL = 40  # characters from which a cell keeps a readable width rather than be squeezed by the others


def _cell(node: Node, page: Page, scope: str, numeric: bool) -> Markup:
    header, align = node.get("header"), node.get("align") or ("right" if numeric else "left")
    long = "long" if len(text_of(node)) > LONG_CELL else None
    return element(
        "th" if header else "td",
        children(node, page),
        scope=scope if header else None,
        class_=classes({"right": "num", "center": "centre"}.get(align), long),
        colspan=node.get("colspan"),
        rowspan=node.get("rowspan"),
    )


# --- code, notebooks and their outputs


def highlighted(
    source: str, language: str | None, emphasise: list[int] | None = None, numbers: bool = False
) -> Markup:
    """Return source code coloured by Pygments; an unknown language is set as plain text."""
    formatter = _formatter(tuple(emphasise or ()), numbers)
    return Markup(highlight(source, _lexer(language or "text"), formatter).strip())  # noqa: S704 -- it escapes


@cache  # found among some hundreds, for each of as many pieces of code
def _lexer(language: str) -> Lexer:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return get_lexer_by_name("text", stripnl=False)


@cache  # it makes a style sheet, though none is asked of it
def _formatter(emphasise: tuple[int, ...], numbers: bool) -> HtmlFormatter:
    return HtmlFormatter(
        wrapcode=True, cssclass="highlight", hl_lines=emphasise, linenos="inline" if numbers else False
    )


@renders("code")
def code(node: Node, page: Page) -> Markup:
    return highlighted(
        node["value"], node.get("lang"), node.get("emphasizeLines"), bool(node.get("showLineNumbers"))
    )


@renders("block")
def block(node: Node, page: Page) -> Markup:
    """Part of a page; a notebook's code cell shows its outputs and, folded beneath them, its code."""
    if node.get("visibility") == "remove":
        return Markup("")
    if node.get("kind") == "notebook-code":
        cell = sorted(node.get("children", []), key=lambda child: child["type"] == "code")
        parts = [_cell_part(child, page) for child in cell]
        class_ = classes("cell", node.get("class"))
        content = element("div", *parts, class_=class_)
    else:
        content = children(node, page)
        if node.get("class") or node.get("label"):
            content = element("div", content, class_=node.get("class"))
    return _folded("Cell", content) if node.get("visibility") == "hide" else content


def _cell_part(node: Node, page: Page) -> Markup:
    if node.get("visibility") == "remove":
        return Markup("")
    if node["type"] == "code":
        return _folded("Code", code(node, page)) if node["value"].strip() else Markup("")
    return _folded("Output", render(node, page)) if node.get("visibility") == "hide" else render(node, page)


def _folded(summary: str, content: Markup) -> Markup:
    return element("details", element("summary", summary), content, class_="folded") + BREAK


@renders("outputs")
def outputs(node: Node, page: Page) -> Markup:
    return children(node, page)


@renders("output")
def output(node: Node, page: Page) -> Markup:
    """One output of a cell: the richest form this theme can show; an error or a warning stops the build."""
    data = node["jupyter_data"]
    kind = data["output_type"]
    if kind == "error":
        raise CannotRenderError(f"a cell ended in {data.get('ename')}: {data.get('evalue')}")
    if kind == "stream":
        if data["name"] == "stderr":
            raise CannotRenderError(f"a cell wrote to standard error: {_content(data, page)[:200]!r}")
        return element("pre", _content(data, page), class_="output")
    forms = data["data"]
    for form in ("text/html", "image/svg+xml"):
        if form in forms:
            html = page.addresses.in_html(_content(forms[form], page))
            # Our own notebooks made this HTML: it goes in as it is. The page's policy forbids inline script.
            return element("div", Markup(re.sub(r"^\s*<\?xml.*?\?>", "", html)), class_="output") + BREAK  # noqa: S704
    if "image/png" in forms and "path" in forms["image/png"]:
        return element(
            "img",
            src=page.file(forms["image/png"]["path"]),
            alt=forms.get("text/plain", {}).get("content", ""),
        )
    if "text/plain" in forms:
        return element("pre", _content(forms["text/plain"], page), class_="output")
    raise CannotRenderError(
        f"an output has none of the forms this theme shows, only {', '.join(sorted(forms))}"
    )


def _content(form: dict, page: Page) -> str:
    """Return an output's text, which the engine keeps in a file of its own when it is long."""
    if "path" in form:
        return page.read(form["path"]).decode("utf-8")
    content = form.get("content", form.get("text", ""))
    return "".join(content) if isinstance(content, list) else content


# --- mathematics


def _mathml(node: Node) -> Markup:
    """Return the MathML that KaTeX made, without the spans and fonts that browsers no longer need."""
    found = re.search(r"<math.*?</math>", node.get("html", ""), flags=re.DOTALL)
    if node.get("error") or not found:
        raise CannotRenderError(f"mathematics cannot be read: {node.get('value')}")
    return Markup(re.sub(r"<annotation.*?</annotation>", "", found[0], flags=re.DOTALL))  # noqa: S704 -- by KaTeX


@renders("inlineMath")
def inline_math(node: Node, page: Page) -> Markup:
    return _mathml(node)


@renders("math")
def math(node: Node, page: Page) -> Markup:
    number = (
        element("span", f"({node['enumerator']})", class_="equation-number") if node.get("enumerator") else ""
    )
    return element("div", _mathml(node), number, class_="math")


# --- boxes


@renders("admonition")
def admonition(node: Node, page: Page) -> Markup:
    kind, own = node.get("kind", "note"), node.get("class") or ""
    class_ = classes("box", kind, own)
    if "dropdown" not in own.split():
        return element("aside", children(node, page), class_=class_)
    title, *rest = node["children"]
    inside = [element("summary", children(title, page)), *(render(child, page) for child in rest)]
    return element("details", *inside, class_=class_, open=bool(node.get("open")))


@renders("aside")
def aside(node: Node, page: Page) -> Markup:
    return element(
        "aside", children(node, page), class_=classes("aside", node.get("kind"), node.get("class"))
    )


@renders("proof", "exercise", "solution")
def statement(node: Node, page: Page) -> Markup:
    kind = node.get("kind") or node["type"]
    number = element("p", kind.capitalize() + f" {node.get('enumerator', '')}".rstrip(), class_="box-kind")
    return element("section", number, children(node, page), class_=classes("box", kind))


@renders("details")
def details(node: Node, page: Page) -> Markup:
    return element(
        "details", children(node, page), open=bool(node.get("open")), class_=classes("box", node.get("class"))
    )


@renders("card")
def card(node: Node, page: Page) -> Markup:
    inside = children(node, page)
    more = element("a", "Read on", href=page.file(node["url"]), class_="card-link") if node.get("url") else ""
    return element("div", inside, more, class_=classes("card", node.get("class")))


@renders("tabSet")
def tab_set(node: Node, page: Page) -> Markup:
    """Tabs that need no script: each is a fold, and all but the first begin closed."""
    items = [
        element(
            "details", element("summary", item["title"]), children(item, page), class_="box", open=place == 0
        )
        for place, item in enumerate(node["children"])
    ]
    return element("div", *items, class_="tabs")


# --- the foot of a page


def footnotes(tree: Node, page: Page) -> Markup:
    """Return the footnotes in the order of their numbers, each with the ways back."""
    notes = [node for node in walk(tree) if node["type"] == "footnoteDefinition"]
    items = []
    for note in sorted(notes, key=lambda note: int(note.get("enumerator", 0))):
        name = note["identifier"]
        ways_back = [
            element("a", "↩", href=f"#fn-{name}-use-{use}", aria_label="Back to the text")
            for use in range(1, page.footnote_uses[name] + 1)
        ]
        items.append(
            element("li", children(note, page), *ways_back, id=f"fn-{name}", value=note["enumerator"]) + BREAK
        )
    return element("ol", *items) if items else Markup("")


def references(cited: dict) -> Markup:
    """Return the list of works cited on the page; the engine supplies each entry as finished HTML."""
    entries = [
        element("li", Markup(cited["data"][key]["html"]), id=f"cite-{key}") + BREAK  # noqa: S704 -- by citation-js
        for key in sorted(cited.get("order", []), key=lambda key: cited["data"][key]["html"])
    ]
    return element("ul", *entries) if entries else Markup("")
