from tesserec.report.documents import rows_of, table_summaries


def test_a_nested_document_becomes_rows():
    document = {
        "seen": "left out",
        "split": {"method": "random", "ratio": 0.2},
        "counts": {"events_by_split": {"train": 9000, "test": 1000}, "users": 10},
    }
    assert list(rows_of(document)) == [
        ("seen", "left out"),
        ("split", "method: random · ratio: 0.2"),
        ("counts · events by split", "train: 9,000 · test: 1,000"),
        ("counts · users", "10"),
    ]


def test_findings_keep_their_reason_and_count(parts):
    items, _ = table_summaries(parts["data_quality"])
    assert (items.name, items.rows_read, items.rows_kept) == ("items", 1210, 1200)
    assert [(f.action, f.column, f.count) for f in items.findings] == [
        ("dropped", "", 10),
        ("coerced", "year", 2),
    ]
    assert items.findings[1].examples == ["1", "9999"]


def test_examples_of_private_tables_are_withheld(parts):
    _, texts = table_summaries(parts["data_quality"])
    assert texts.findings[0].count == 1
    assert texts.findings[0].examples == []


def test_no_document():
    assert table_summaries({}) == []
