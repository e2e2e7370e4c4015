"""The case for national coordination, tested from both sides: what the record can and cannot show of it.

Each part is a module or a package with `tables(paths, params)`, which reads clean, derived and reference
tables and returns named ones; the stage `derive_case` writes them to data/derived/case. A part reads no
table of another part, so that their order is of no consequence.
"""

# What the stage runs: the part's module, pipeline.case.<part>.
PARTS: tuple[str, ...] = (
    "against",
    "blueprint",
    "costs",
    "differ",
    "knowing",
    "moment",
    "options",
    "since",
)
