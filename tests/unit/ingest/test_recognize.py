"""The maker of a file is recognised by its content, in every encoding."""

import pytest

from ionworks.ingest.readers import read_file
from ionworks.ingest.readers.recognize import recognize

# One small file of each maker, as its software writes it. `|` is a tab.
WRITTEN = {
    "neware": "DataPoint,Cycle Index,Step Type,Total Time,Current(mA),Voltage(V)\n"
    "1,1,Rest,00:00:00,0,3.5\n",
    "arbin": "Data_Point;Date_Time;Test_Time(s);Step_Index;Current(A);Voltage(V)\n"
    "1;01.02.2023 10:00:00;0,5;1;0;3,5\n",
    "maccor": "Rec|Cycle P|Cycle C|Step|TestTime|Current [A]|Voltage [V]|Md|ES|DPT Time\n"
    "1|0|1|1|0|0|3,5|R|0|06.05.2021 11:23:46\n",
    "novonix": "[Summary]\nNovonix HPC data file\n[End Summary]\n[Data]\n"
    "Date and Time,Cycle Number,Run Time (h),Current (A),Potential (V)\n"
    "2022-04-11 10:58:07 AM,1,0,0,3.5\n",
    "basytec": "~Resultfile from Basytec Battery Test System\n~\n"
    "~Zeit[h]|DataSet|t-Step[h]|Line|U[V]|I[A]\n0,0|1|0,0|1|3,5|0,0\n",
    "digatron": "Prüfling;7\n\nZeitstempel;Schritt;Zustand;Programmdauer;AhAkku;Spannung;Strom\n"
    ";;;hh:mm:ss;[Ah];[V];[A]\n25.10.2018 04:09:59;1;LAD;00:01:00,0;0;3,5;0\n",
    "landt": "cell model:,,\nchannel_index,step_index,test_time_s,current_A,voltage_V,step_name\n"
    "1,1,0,0,3.5,Rest,\n",
    "pec": "TestRegime Name:,x\nTest,Rack,Shelf,Step,Total Time (Seconds),Voltage (V),Current (A)\n"
    "1,A,1,1,0,3.5,0\n",
    "gamry": "EXPLAIN\nTAG|CHRONOP\nCURVE|TABLE|1\n|Pt|T|Vf|Im\n|#|s|V vs. Ref.|A\n"
    "|0|0,0|3,5|0,0\n",
    "biologic": "EC-Lab ASCII FILE\nNb header lines : 3       \nmode|time/s|Ewe/V|I/mA|Ns|\n"
    "1|0,0|3,5|0,0|0|\n",
    "bdf": "Test Time / s,Voltage / V,Current / A\n0,3.5,0\n",
    "batterydata": "Cycle_Index,Step,Time_s,Amphr,Current_A,Voltage_V,Datenum_d\n"
    "1,1,0,0,0,3.5,737792.4\n",
    "unknown": "seconds elapsed;time;cell voltage\n0;0;3,5\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("maker", WRITTEN)
def test_the_maker_is_recognised_by_content(tmp_path, maker, encoding):
    path = tmp_path / "no-extension"
    path.write_bytes(WRITTEN[maker].replace("|", "\t").encode(encoding))
    table = read_file(path)
    assert (table.maker, table.kind, table.frame.height) == (maker, "cycling", 1)
    assert 3.5 in table.frame.row(0)


@pytest.mark.parametrize("maker", WRITTEN)
def test_a_given_maker_is_used_and_a_contradiction_is_reported(tmp_path, maker):
    path = tmp_path / "test.txt"
    path.write_text(WRITTEN[maker].replace("|", "\t"), encoding="utf-8")
    table = read_file(path, maker="pec")
    assert table.maker == "pec"
    told = any(note.code == "maker_differs" for note in table.notes)
    assert told == (maker not in ("pec", "unknown"))


@pytest.mark.parametrize(
    ("maker", "names"),
    [
        ("digatron", "Step,Status,Timestamp,Program Duration#s,Voltage#V,Current#A,AhCha#Ah"),
        ("landt", "Record,Cycle-Index,Step-Index,TestTime/Sec,Current/mA,Voltage/V"),
        ("landt", "记录序号,循环序号,步次,测试时间,电流/mA,电压/V"),
        ("neware", "Cycle,Record Index,Relative Time(h:min:s.ms),Absolute Time,Cur(mA),Voltage(V)"),
        ("neware", "Record ID,Step ID,Status,Time,Voltage(V),Current(mA),CapaCity-Chg(mAh)"),
        ("arbin", "Test_ID,Data_Point,Test_Time,Step_Time,DateTime,Current,Voltage"),
        ("bdf", "test_time_millisecond,voltage_volt,current_ampere"),
        ("bdf", "Test Time / s,Voltage / V,Current / A,Ambient Temperature / degC"),
        ("maccor", "Rec#,Cyc#,Step,Test (Min),Step (Min),Amp-hr,Amps,Volts,State"),
        ("biologic", "freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm,Phase(Z)/deg,time/s,<Ewe>/V"),
        ("unknown", "test_id,data_point,test_time,step_time,date_time,current,voltage"),
        ("unknown", "Time [s],Current [A],Voltage [V]"),
    ],
)
def test_names_of_columns_suffice(maker, names):
    assert recognize("", names.split(",")) == maker
