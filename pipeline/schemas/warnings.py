"""The fixed vocabulary of warnings: each word a row may carry, and what it tells a reader."""

WARNINGS: dict[str, str] = {
    "date_corrected": (
        "The printed date is a misprint. The row carries the date that its other figures and its place in "
        "the printed table show; the correction ledger gives the evidence."
    ),
    "deployment_aborted": (
        "The deployment was stopped by a technical fault and every outcome cell is printed N/A. It counts "
        "as a deployment but has no figures."
    ),
    "arrests_include_disposals": (
        "The source prints one figure for arrests and other disposals together. It stands in the column "
        "arrests, so it is not comparable with later years."
    ),
    "parts_do_not_add_up": (
        "True and false alerts do not add up to the printed number of alerts. All are kept as printed."
    ),
    "outcomes_exceed_true_alerts": (
        "Arrests and other disposals together exceed the confirmed true alerts. All are kept as printed; "
        "one alert may have led to more than one outcome, or an arrest may not stem from an alert."
    ),
    "other_disposals_repeats_no_action": (
        "This source prints the same number under Other Disposal and No Action in every row, so the two "
        "columns hold one figure, not two. Do not add them."
    ),
    "outcomes_do_not_add_up": (
        "Arrests, other disposals and no action do not add up to the confirmed true alerts. All are kept as "
        "printed."
    ),
    "watchlist_size_implausible": (
        "The printed size of the watchlist is probably a misprint. It is kept as printed because no other "
        "published figure proves the right one."
    ),
    "printed_rate_disagrees": (
        "The false alert rate printed in this row is neither the cut-off nor the rounded value of false "
        "alerts over faces seen."
    ),
    "faces_count_split": (
        "One count of faces was split over two sites on the same day, so neither site's number is its own."
    ),
    "cells_garbled": (
        "The cells of this row were garbled in the source and were read with difficulty; treat every figure "
        "with caution."
    ),
    "false_alerts_corrected": (
        "The number of false alerts is not the one stated in the row but follows from other published "
        "evidence; the correction ledger gives it."
    ),
    "false_alerts_from_printed_rate": (
        "The source states no number of false alerts in this row. Zero was read from the printed false "
        "alert rate of 0%."
    ),
    "true_alerts_by_subtraction": (
        "The source does not state true alerts. They are alerts minus false alerts."
    ),
    "threshold_from_source_note": (
        "The threshold is not printed in the row. The person who transcribed the record states it for the "
        "record as a whole."
    ),
    "transcribed_by_machine": (
        "The row comes from a machine transcription of the publisher's file that was not proof-read. Where "
        "it can be checked, faces agree in every row, but alerts or arrests are off by 1 or 2 in about one "
        "row in eight."
    ),
    "fixed_camera_site_unmarked": (
        "Since October 2025 fixed cameras have been in use under this label. No printed column tells them "
        "from a van, so van and fixed-camera rows cannot be separated with certainty."
    ),
    "stated_not_recorded": (
        "The row comes from a statement or a report about one deployment, not from a table of all of them. "
        "The force may have made others of which nothing was found, and blank cells were not stated."
    ),
    "faces_at_least": (
        "The source says that more faces were seen than the number given, which is therefore a lower bound."
    ),
    "faces_about": "The number of faces is stated as approximate.",
    "revised_by_publisher": (
        "The publisher changed a figure of this row, or took the row out, in a later edition. The list of "
        "revisions gives the old and the new value and says which of them stands here."
    ),
    "repeated_row_kept": (
        "The source prints this row twice and both are kept; the correction ledger says why."
    ),
}
"""Word -> explanation, in the order in which a row lists its words."""

SEPARATOR = ";"


def unknown_words(cell: str) -> list[str]:
    """Return the words of a `warnings` cell that are not in the vocabulary.

    Example:
        >>> unknown_words("date_corrected;date_guessed")
        ['date_guessed']
    """
    return [word for word in cell.split(SEPARATOR) if word and word not in WARNINGS] if cell else []
