"""Exports of Neware in which cycles, steps and records alternate."""

from ionworks.ingest.readers import read_file


def test_layers_of_cycles_steps_and_records_become_one_table(tmp_path):
    path = tmp_path / "layers.csv"
    path.write_text(
        "Cycle Index,Chg. Cap.(Ah)\n,Step Index,Step Type,Step Time\n"
        ",,DataPoint,Time,Current(A),Voltage(V)\n"
        "1,0.5,1,Rest,00:00:10\n,,1,00:00:00,0,3.5\n,,2,00:00:10,0,3.5\n"
        ",2,CC Chg,00:00:10\n,,3,00:00:00,1,3.6\n2,0.5,1,Rest,00:00:10\n,,4,00:00:00,0,3.5\n",
        encoding="utf-8",
    )
    frame = read_file(path).frame
    assert frame.select("DataPoint", "Cycle Index", "Step Index", "Step Type").rows() == [
        (1, 1, 1, "Rest"),
        (2, 1, 1, "Rest"),
        (3, 1, 2, "CC Chg"),
        (4, 2, 1, "Rest"),
    ]
