"""Text from outside as inert Markdown: it can be read, it can never become markup, a role or a link."""

import re

_ALWAYS = re.compile(r"([\\`*_{}\[\]<>|$~^@&]|:(?=//|:))")  # means something anywhere in a line
_AT_START = re.compile(r"^(\d+(?=[.)])|(?=[#+\-=%:!]))(.)")  # and at its start: a list, a heading, a comment


def text(value: object) -> str:
    r"""Escape a value for use inside a Markdown sentence or table cell; line breaks become spaces.

    Example:
        >>> text("a *b* {claim}`x` | <b>")
        'a \\*b\\* \\{claim\\}\\`x\\` \\| \\<b\\>'
        >>> text("1. not a list")
        '1\\. not a list'
    """
    line = _ALWAYS.sub(r"\\\1", " ".join(str(value).split()))
    return _AT_START.sub(r"\1\\\2", line)


def fence(content: str, language: str = "") -> str:
    """Return a code block whose fence is longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", content)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{content.rstrip()}\n{ticks}"


def link(label: object, address: str) -> str:
    """Return a Markdown link; only http and https addresses are let through, others show as text.

    Example:
        >>> link("page", "javascript:alert(1)")
        'page'
    """
    if not re.fullmatch(r"https?://[^\s<>]+", address):
        return text(label)
    return f"[{text(label)}](<{address}>)"


def code(value: object) -> str:
    """Return a value as inline code; a backtick inside cannot end it.

    Example:
        >>> code("a`b")
        '`` a`b ``'
    """
    content = " ".join(str(value).split())
    if "`" not in content:
        return f"`{content}`"
    ticks = "`" * (max(len(run) for run in re.findall(r"`+", content)) + 1)
    return f"{ticks} {content} {ticks}"
