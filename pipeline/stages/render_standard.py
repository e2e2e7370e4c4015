"""Write the standard for deployment records: schemas, template, definitions."""

from pipeline.core.io import replace_folder, write_json, write_table, write_text
from pipeline.core.params import Params
from pipeline.core.paths import Paths
from pipeline.standard.documents import (
    definitions,
    definitions_page,
    json_schema,
    rules,
    table_schema,
    template,
)


def run(paths: Paths, params: Params) -> None:
    with replace_folder(paths.root / "data" / "standard") as folder:
        write_json(json_schema(), folder / "deployment-record.schema.json")
        write_json(table_schema(), folder / "table-schema.json")
        write_table(template(), folder / "template.csv")
        write_table(definitions(), folder / "definitions.csv")
        write_table(rules(), folder / "rules.csv")
        write_text(definitions_page(), folder / "definitions.md")
