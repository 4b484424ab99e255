from tesserec.sources.amazon.lines import read_records


def test_lines_nobody_wants_are_not_parsed(tmp_path):
    path = tmp_path / "meta.json"
    path.write_bytes(b"{'asin': 'B1', 'title': 'One'}\n\n{'asin': 'B2', broken\n{\"asin\": \"B3\"}\n")
    wanted = read_records(path, lambda record: record["asin"], lambda line: b"B2" not in line)
    assert list(wanted) == ["B1", "B3"]
