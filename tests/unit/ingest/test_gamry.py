"""Files of Gamry, which have several tables."""

from ionworks.ingest.readers import read_file


def test_curves_of_gamry_are_joined_and_numbered_and_the_rest_before_is_reported(tmp_path):
    head = "\tPt\tT\tVf\tIm\n\t#\ts\tV vs. Ref.\tA\n"
    path = tmp_path / "cv.DTA"
    path.write_text(
        "EXPLAIN\nTAG\tCV\nDATE\tLABEL\t3/10/2019\tDate\nTIME\tLABEL\t12:00:00\tTime\n"
        f"OCVCURVE\tTABLE\t1\n{head}\t0\t0\t3.4\t0\n"
        f"CURVE1\tTABLE\t2\n{head}\t0\t0\t3.5\t0.1\n\t1\t1\t3.6\t0.1\n"
        f"CURVE2\tTABLE\t9\n{head}\t0\t2\t3.7\t0.2\n",
        encoding="utf-8",
    )
    table = read_file(path)
    assert table.frame["Curve"].to_list() == [1, 1, 2]
    assert table.frame["Vf [V vs. Ref.]"].to_list() == [3.5, 3.6, 3.7]
    assert table.units == {"Vf [V vs. Ref.]": "V"}
    assert table.metadata["start_time"] == "3/10/2019 12:00:00"
    told = [note.code for note in table.notes]
    assert told == ["other_table", "row_count_differs", "joined_tables"]
