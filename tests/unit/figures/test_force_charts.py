"""Figures of one force: their tables from a record that can be added up by hand, and the force they mark."""

import json

import pandas as pd
import pytest

from pipeline.core.paths import Paths, find_root
from pipeline.figures.force import (
    HERE,
    force_months,
    force_totals,
    render_force,
)
from pipeline.figures.force_data import fig_force_months, fig_force_totals
from pipeline.figures.render import static_svg, to_spec


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Three counted days, two of them in one month; a bundle, a plan, and a report of a counted day."""
    days = ["2024-05-03", "2024-05-20", "2024-06-01"]
    reports = pd.DataFrame(
        [
            ("2024-09-19", "2024-09-22", "result", None),
            ("2025-01-01", "2025-01-31", "announcement", None),
            ("2024-05-03", "2024-05-03", "result", "essex-2024-05-03-1"),
        ],
        columns=["first_day", "last_day", "kind", "deployment_id"],
    )
    totals = pd.DataFrame(
        [
            ("T1", "essex", "arrests", None, "2024-01-01", "2024-12-31", 25),
            ("T2", "essex", "arrests", None, "2024-01-01", "2024-06-30", 11),
            ("T3", "essex", "arrests", "Southend", "2024-01-01", "2024-06-30", 5),
            ("T4", "essex", "alerts", None, "2024-01-01", "2024-06-30", 9),
            ("T5", None, "arrests", None, "2024-01-01", "2024-06-30", 99),
        ],
        columns=["total_id", "force_id", "measure", "subgroup", "first_day", "last_day", "value"],
    )
    return {
        "deployments": pd.DataFrame({"force_id": "essex", "date": days}),
        "reported_deployments": reports.assign(force_id="essex"),
        "published_totals": totals.assign(qualifier="exact", page_title="News", trust="A"),
        "forces": pd.DataFrame({"force_id": ["essex", "kent"], "name": ["Essex Police", "Kent Police"]}),
    }


def test_counted_days_stand_by_month_and_no_row_stands_twice(tables):
    rows = fig_force_months(tables)
    assert rows.drop(columns=["force_id", "force"]).to_numpy().tolist() == [
        ["counted", "2024-05-03", "2024-05-20", 2],
        ["counted", "2024-06-01", "2024-06-01", 1],
        ["reported", "2024-09-19", "2024-09-22", 1],
        ["announced", "2025-01-01", "2025-01-31", 1],
    ]
    assert set(rows["force"]) == {"Essex Police"}


def test_only_totals_of_whole_forces_with_another_beside_them_are_drawn(tables):
    assert fig_force_totals(tables)["total_id"].to_list() == ["T1", "T2"]


def test_the_force_of_the_page_is_marked_by_a_sign_and_the_others_are_faint(tables):
    both = pd.concat([fig_force_months(tables), fig_force_months(tables).assign(force="Kent Police")])
    spec = force_months(
        both.assign(force=both["force"].replace("Essex Police", HERE + "Essex Police"))
    ).to_dict()
    (rows,) = spec["datasets"].values()
    assert {(row["force"], row["strength"]) for row in rows} == {
        ("Kent Police", 0.3),
        (f"{HERE}Essex Police", 1.0),
    }


def test_a_panel_for_each_measure_that_has_totals(tables):
    spec = force_totals(fig_force_totals(tables)).to_dict()
    assert [panel["title"]["text"] for panel in spec["vconcat"]] == ["Arrests, over the days covered"]


def test_a_hostile_page_title_is_text_in_the_drawing(tables):
    hostile = "</script><script>alert(1)</script><img src=x>"
    tables["published_totals"]["page_title"] = hostile
    svg = static_svg(to_spec(force_totals(fig_force_totals(tables)), "Totals"))
    assert "<script" not in svg and "<img" not in svg


@pytest.mark.parametrize("name", ["force_months", "force_totals"])
def test_a_page_names_its_force_and_shows_its_own_rows_alone(name):
    html, text = render_force(name, "essex", Paths(find_root()))
    assert text.startswith("Figure: Essex Police: published ")
    data = html.split('class="figure-data"')[1].split("</details>")[0]
    assert "<td>essex</td>" in data and "<td>south_wales</td>" not in data
    json.loads(html.split('class="vega-spec">')[1].split("</script>")[0])
