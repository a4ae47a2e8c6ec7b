"""Impedance: spectra inside cycling, and files that have nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ionworks.ingest.numeric import number
from ionworks.ingest.report import Log

if TYPE_CHECKING:
    import polars

COLUMNS: Final = {
    "frequency": "Frequency [Hz]",
    "z_re": "Z_Re [Ohm]",
    "z_im": "Z_Im [Ohm]",
    "z_mod": "Z_Mod [Ohm]",
    "z_phase": "Z_Phase [deg]",
}


def with_spectra(frame: polars.DataFrame, log: Log) -> polars.DataFrame:
    """Mark the rows of impedance as `spectrum`: by a frequency, or by the state of the cycler."""
    import polars as pl

    frame = _with_parts(frame, log)
    marks = [pl.lit(False)]
    if "frequency" in frame.columns:
        marks.append((pl.col("frequency") > 0).fill_null(False))
    if "state" in frame.columns:
        marks.append((pl.col("state") == "impedance").fill_null(False))
    frame = frame.with_columns(pl.any_horizontal(marks).alias("spectrum"))
    names = [name for name in COLUMNS if name in frame.columns]
    if not frame["spectrum"].any():
        return frame.drop(names)
    # Outside of a spectrum some cyclers write 0.
    return frame.with_columns(pl.when("spectrum").then(pl.col(name)).alias(name) for name in names)


def _with_parts(frame: polars.DataFrame, log: Log) -> polars.DataFrame:
    """Add the real and imaginary part from what the file has."""
    import polars as pl

    if "minus_z_im" in frame.columns and "z_im" not in frame.columns:
        frame = frame.with_columns((-pl.col("minus_z_im")).alias("z_im"))
    if {"z_mod", "z_phase"} <= set(frame.columns):
        angle = pl.col("z_phase").radians()
        parts = {"z_re": angle.cos(), "z_im": angle.sin()}
        absent = [name for name in parts if name not in frame.columns]
        if absent:
            log.add("impedance_from_polar", "the impedance is computed from modulus and phase")
        frame = frame.with_columns((pl.col("z_mod") * parts[name]).alias(name) for name in absent)
    return frame


def report_spectra(frame: polars.DataFrame, log: Log) -> None:
    """Say where the spectra are, and whether the signs of imaginary part and phase agree."""
    rows = frame.filter(frame["spectrum"])
    if rows.is_empty():
        return
    count = rows["Step count"].n_unique()
    what = "spectrum" if count == 1 else "spectra"
    log.add(
        "impedance_rows",
        f"{count} {what} of impedance, each a step of its own",
        rows=rows["row"].to_list(),
    )
    if "frequency" not in rows.columns or not rows["frequency"].count():
        log.add(
            "impedance_without_frequency",
            "the rows of the impedance have no frequency: its values are in another file",
            "warning",
        )
    _report_voltage(frame, rows, log)
    if {"z_im", "z_phase"} <= set(rows.columns):
        signs = (rows["z_im"].sign() * rows["z_phase"].sign()).drop_nulls()
        if len(signs) and (mean := signs.mean()) is not None and mean < -0.9:  # type: ignore[operator]
            log.add(
                "impedance_sign",
                "the imaginary part and the phase have opposite signs: the column may hold -Im(Z)",
                "warning",
            )


def _report_voltage(frame: polars.DataFrame, rows: polars.DataFrame, log: Log) -> None:
    """Report voltages that only the rows of impedance have: they are not those of the cell."""
    import polars as pl

    others = frame.filter(~pl.col("spectrum"))
    if "voltage" not in frame.columns or others.is_empty():
        return
    low, high = number(others["voltage"].min()), number(others["voltage"].max())
    beyond = rows.filter(~pl.col("voltage").is_between(low - _BEYOND, high + _BEYOND))
    if not beyond.is_empty():
        log.add(
            "impedance_voltage",
            f"the voltage in a spectrum, such as {beyond['voltage'][0]:g} V, is not that of the"
            " cell; it is left as it is, and counts in no integral",
            "warning",
            beyond["row"].to_list(),
        )


_BEYOND: Final = 0.5  # V
