"""The database answers questions about the project's tables, and does nothing else."""

import pytest

from pipeline.claims.database import Database
from pipeline.core.errors import RecordError


@pytest.fixture
def database(tmp_path):
    (tmp_path / "deployments.csv").write_text(
        'date,location,alerts\n2024-01-01,"Croydon, North End",3\n2024-01-02,Camden,\n', encoding="utf-8"
    )
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with Database([tmp_path / "deployments.csv"]) as opened:
        yield opened


def ask(database, sql):
    return database.one_row(sql, "claims.yaml", "XX01")


def test_a_blank_is_missing_and_a_date_is_a_date(database):
    row = ask(
        database, "SELECT sum(alerts) AS n, count(alerts) AS known, year(min(date)) AS y FROM deployments"
    )
    assert row == {"n": 3, "known": 1, "y": 2024}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM read_csv('/etc/passwd')",
        "SELECT count(*) FROM read_text('/etc/passwd')",
        "SELECT count(*) FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*') LIMIT 1",
    ],
)
def test_files_cannot_be_read(database, sql):
    with pytest.raises(RecordError, match=r"claims.yaml row XX01: .*(outside the record|refuses)"):
        ask(database, sql)


def test_a_table_beside_the_registered_one_cannot_be_read(database, tmp_path):
    with pytest.raises(RecordError, match="outside the record"):
        ask(database, f"SELECT a FROM read_csv('{tmp_path}/secret.csv')")


@pytest.mark.parametrize(
    "sql",
    [
        "COPY deployments TO 'out.csv'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "ATTACH 'other.db'",
        "DROP TABLE deployments",
        "UPDATE deployments SET alerts = 0",
        "SELECT 1; SELECT 2",
        "",
    ],
)
def test_anything_but_one_select_is_refused(database, sql):
    with pytest.raises(RecordError, match="not a single SELECT"):
        ask(database, sql)
    assert ask(database, "SELECT count(*) AS n FROM deployments") == {"n": 2}


def test_the_lock_holds_even_without_the_rule_of_one_select(database):
    import duckdb

    for sql in ("SET enable_external_access = true", "COPY deployments TO 'out.csv'"):
        with pytest.raises(duckdb.Error):
            database._connection.execute(sql)


def test_wrong_sql_names_the_entry_and_the_tables(database):
    with pytest.raises(RecordError, match=r"XX01: SQL that DuckDB refuses .*the tables are deployments"):
        ask(database, "SELECT arrests FROM deployments")
    with pytest.raises(RecordError, match="XX01"):
        ask(database, "SELECT FROM WHERE")


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT alerts FROM deployments", "more than one row"),
        ("SELECT alerts FROM deployments WHERE alerts > 99", "no row"),
    ],
)
def test_an_answer_has_exactly_one_row(database, sql, words):
    with pytest.raises(RecordError, match=words):
        ask(database, sql)


def test_a_missing_table_names_the_file(tmp_path):
    with pytest.raises(RecordError, match=r"absent\.csv: file not found"):
        Database([tmp_path / "absent.csv"])
