"""Show a figure of the registry in a notebook."""

from IPython.display import display

from pipeline.core.paths import Paths, find_root
from pipeline.figures import theme  # noqa: F401  (switches the theme on)
from pipeline.figures.registry import read_data, read_figure, sources_of
from pipeline.figures.render import figure_html, to_spec


def show(name: str) -> None:
    """Display a figure: its finding, drawn and live, with data and sources beneath it.

    Show each figure once in a notebook: its name is its anchor on the page.

    Raises:
        RecordError: if the registry has no such figure; the message lists the nearest names.
    """
    html, text = render(name, Paths(find_root()))
    display({"text/html": html, "text/plain": text}, raw=True)


def render(name: str, paths: Paths) -> tuple[str, str]:
    """Return the figure as HTML, and as one line of text for where HTML cannot be shown."""
    figure = read_figure(name, paths)
    table = read_data(figure, paths)
    spec = to_spec(figure.build(table), figure.alt)
    return figure_html(figure, spec, table, sources_of(figure, paths)), f"Figure: {figure.title}"
