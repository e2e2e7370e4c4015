"""Answer SQL over the project's own tables, and over nothing else."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

import duckdb

from pipeline.core.errors import RecordError


class Database:
    """The project's tables in memory, each under the name of its file, open to questions only.

    Once the tables are loaded, DuckDB's access to files and the network is shut for good, and only a single
    SELECT is accepted: an expression in a reference file can read the record and do nothing more.

    Args:
        paths: CSV files; `deployments.csv` becomes the table `deployments`.
        views: Name -> table and condition: a part of a table that expressions may ask for by name.

    Raises:
        RecordError: if a file is missing or cannot be read.
    """

    def __init__(
        self, paths: Iterable[Path], views: Mapping[str, tuple[str, str]] = MappingProxyType({})
    ) -> None:
        # One thread, so that sums of floats are added in one order.
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        self.tables: set[str] = set()
        for path in paths:
            self._load(path)
        self.views = dict(views)
        for name, (table, condition) in self.views.items():
            self._connection.execute(f"CREATE VIEW {name} AS FROM {table} WHERE {condition}")
            self.tables.add(name)
        # The tables are small: to plan an answer cleverly takes longer than to give it.
        self._connection.execute("PRAGMA disable_optimizer")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def add(self, table: str, columns: dict[str, str], rows: list[tuple]) -> None:
        """Add a table made here, such as the verdicts just computed; `columns` maps names to SQL types."""
        definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self._connection.execute(f"CREATE TABLE {table} ({definition})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 (our own names)
        self.tables.add(table)

    def one_row(self, sql: str, file: str, entry: str) -> dict[str, Any]:
        """Answer a question that has one row, as a mapping of column to value.

        Args:
            sql: One SELECT.
            file: The file in which it stands, for the message.
            entry: The entry in which it stands, for the message.

        Raises:
            RecordError: naming file and entry, if the SQL is wrong, not a single SELECT, reaches outside the
                record, or does not give exactly one row.
        """
        try:
            statements = duckdb.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise RecordError(
                    file,
                    "not a single SELECT",
                    row=entry,
                    value=sql,
                    next_step="an expression may only read the registered tables",
                )
            result = self._connection.execute(statements[0])
            names = [column[0] for column in result.description]
            rows = result.fetchmany(2)
        except duckdb.PermissionException as error:
            raise RecordError(
                file,
                "reaches outside the record",
                row=entry,
                value=sql,
                next_step=f"use only these tables: {', '.join(sorted(self.tables))}",
            ) from error
        except duckdb.Error as error:
            first_line = str(error).strip().splitlines()[0]
            raise RecordError(
                file,
                f"SQL that DuckDB refuses ({first_line})",
                row=entry,
                value=sql,
                next_step=f"correct it; the tables are {', '.join(sorted(self.tables))}",
            ) from error
        if len(rows) != 1:
            raise RecordError(
                file,
                f"{'no' if not rows else 'more than one'} row where one is needed",
                row=entry,
                value=sql,
                next_step="aggregate, or narrow the condition",
            )
        return {name: _plain(value) for name, value in zip(names, rows[0], strict=True)}

    def _load(self, path: Path) -> None:
        if not path.is_file():
            raise RecordError(path.name, "file not found", next_step="run the stage that writes it first")
        address = str(path).replace("'", "''")
        try:
            self._connection.execute(
                f"CREATE TABLE {path.stem} AS SELECT * FROM read_csv('{address}', header = true, "  # noqa: S608
                "delim = ',', quote = '\"', escape = '\"', sample_size = -1, nullstr = '')"
            )
        except duckdb.Error as error:
            raise RecordError(
                path.name,
                f"not a readable CSV ({str(error).strip().splitlines()[0]})",
                next_step="run the stage that writes it again",
            ) from error
        self.tables.add(path.stem)


def _plain(value: Any) -> int | float | str | date | None:
    """Python's own number, text or date in place of DuckDB's."""
    return float(value) if isinstance(value, Decimal) else value
