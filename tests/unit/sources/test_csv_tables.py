"""A transcription or an embedded table is read as it stands, or refused with the row at fault."""

import pytest

from pipeline.core.errors import RecordError
from pipeline.sources.csv_tables import read_csv
from pipeline.sources.layouts import TRANSCRIPTION

HEADER = ",".join(TRANSCRIPTION)
ROW = '7,2025-01-08,08/01/25,"High St  North,\nEast Ham",Newham,Crime Hotspot,9780,10,4,0%,,0,,a remark'


def test_a_transcription_is_read_under_our_names_with_the_transcribers_row(tmp_path):
    path = tmp_path / "any name.csv"
    path.write_text(f"{HEADER}\n{ROW}\n", encoding="utf-8")
    layout, table = read_csv(path)
    assert layout.id == "transcription"
    assert table.to_dict("records") == [
        {
            "page": "",
            "row": "7",
            "location": "High St North, East Ham",
            "date": "08/01/25",
            "borough": "Newham",
            "use_case": "Crime Hotspot",
            "faces_seen": "9780",
            "total_alerts": "10",
            "arrests": "4",
            "false_alert_rate": "0%",
            "false_alert_text": "",
            "true_unconfirmed_text": "",
        }
    ]


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(f"\ufeff{HEADER}\r\n{ROW}\r\n".encode())
    assert read_csv(path)[1]["row"].tolist() == ["7"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.csv: the file is empty"),
        (f"{HEADER}\n".encode(), "a.csv: the table holds no rows"),
        (f"{HEADER}\n{ROW}\n{ROW},surplus\n".encode(), "a.csv row 3: the row has 15 cells, the header 14"),
        (f"{HEADER}\n{ROW}\n1,2025-01-08\n".encode(), "a.csv row 3: the row has 2 cells, the header 14"),
        (f"{HEADER}\n{ROW.replace('remark', 'remarqué')}\n".encode("latin-1"), "a.csv: not UTF-8 text"),
        (f'{HEADER}\n{ROW}\n1,"open'.encode(), "a.csv: not a readable CSV"),
        (
            f"{HEADER.replace('faces_seen', 'faces')}\n{ROW}\n".encode(),
            'a.csv: unknown layout; not expected: "faces"; missing: "faces_seen"; headers found: "',
        ),
        (b"a,b\n1,2\n", 'not expected: "a", "b"'),
    ],
)
def test_a_faulty_table_is_refused(tmp_path, content, message):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(RecordError) as caught:
        read_csv(path)
    assert message in str(caught.value)
