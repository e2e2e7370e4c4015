"""The generated pages of the book: claims, conclusions, sources, corrections, quality and the dictionary."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.book import markdown


class Markdown(str):
    """Text that is Markdown already, made by our own code; everything else is escaped on output."""

    __slots__ = ()


VERDICTS = {
    "reproduced": "reproduced",
    "reproduced_with_caveat": "with a caveat",
    "consistent": "consistent",
    "not_reproduced": "not reproduced",
    "not_checkable": "not checkable",
}


# What an objection is to, as a heading, and what became of it.
HEADINGS = {
    "recognition": "Objections to live facial recognition",
    "coordination": "Objections to national coordination",
    "report": "Objections to this book",
}
STATES = {"stands": "stands", "partly": "partly answered", "answered": "answered"}


def _interval(claim: dict[str, Any]) -> str:
    """The numerator, denominator and interval of a rate, as a phrase; empty for a count."""
    if claim["numerator"] is None:
        return ""
    phrase = f"({claim['numerator']:,.0f} of {claim['denominator']:,.0f}"
    if claim["interval"]:
        low, high = claim["interval"]
        phrase += f"; 95 % interval {low:.2g} to {high:.2g} {_unit(claim['unit'])}"
    return f"{phrase})"


def _unit(unit: str) -> str:
    """The unit after a number whose own text does not carry it already."""
    return "%" if unit == "percent" else "" if unit in ("year", "rule") else unit


def _download(path: str) -> Markdown:
    """Link a table of the project to its copy on the site; tables kept by hand are named, not linked."""
    name = path.rsplit("/", 1)[-1]
    if path.startswith(("data/clean/", "data/derived/")) and name.endswith(".csv"):
        return Markdown(f"[{markdown.text(name)}](</data/{name}>)")
    return Markdown(markdown.code(path))


def _ratings(scale: dict[str, dict[str, str]], word: str) -> str:
    """The ratings that lead to a word of confidence, as a phrase."""
    return "; ".join(
        f"{evidence} evidence with {agreement} agreement"
        for evidence, row in scale.items()
        for agreement, confidence in row.items()
        if confidence == word
    )


def _finalise(value: object) -> str:
    if isinstance(value, Markdown):
        return value
    return "" if value is None else markdown.text(value)


def make_environment() -> Environment:
    """Return the template environment; every `{{ value }}` is escaped unless a filter made Markdown of it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=False,  # noqa: S701 - the output is Markdown, and `finalize` escapes it
        undefined=StrictUndefined,
        finalize=_finalise,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["link"] = lambda label, address: Markdown(markdown.link(label, address))
    environment.filters["code"] = lambda value: Markdown(markdown.code(value))
    environment.filters["fence"] = lambda content, language="": Markdown(markdown.fence(content, language))
    environment.filters["verdict"] = VERDICTS.__getitem__
    environment.filters["interval"] = _interval
    environment.filters["unit"] = lambda unit: "" if unit == "percent" else _unit(unit)
    environment.filters["download"] = _download
    environment.filters["rates"] = lambda counts: ", ".join(
        f"{name.replace('_', ' ')} {number}" for name, number in counts.items()
    )
    environment.filters["ratings"] = _ratings
    environment.filters["title_of"] = lambda slug: slug.replace("-", " ").capitalize()
    environment.filters["raw"] = Markdown  # only for our own slugs, anchors and marks
    return environment


def render_page(name: str, **tables: Any) -> str:
    """Render one page.

    Args:
        name: Template name without `.md.j2`, which is also the page's name.
        tables: What the template shows; plain lists and dictionaries.

    Returns:
        Markdown in which no cell, claim or location can act as markup.
    """
    return make_environment().get_template(f"{name}.md.j2").render(**tables)
