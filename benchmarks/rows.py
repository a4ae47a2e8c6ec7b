"""The rows of the report. A new row is a declaration here and a method of the contestants."""

from __future__ import annotations

from benchmarks.frames import LARGE, LONG
from benchmarks.row import (
    CPU_MILLISECONDS,
    CPU_SECONDS,
    MEGABYTES_OVER,
    MEGABYTES_RECEIVED,
    MEGABYTES_TOTAL,
    MILLISECONDS,
    REQUESTS,
    SECONDS,
    Budget,
    Row,
)
from benchmarks.scenes import Scenes

ONE_PAGE = (
    "The vendor's detail reads one page of 25 measurements. Here its request for the page gets "
    "a limit of 100, so that it reads all 50; this holds for each row of detail."
)

#: 2 % of a file that is half as large as its frame.
PART_MEGABYTES = LONG.megabytes / 2 * 0.02

ROWS = (
    Row(
        name="start",
        title="import ionworks; Ionworks()",
        call="start",
        scene=Scenes.nothing,
        metrics=(SECONDS, CPU_SECONDS, MEGABYTES_OVER, MEGABYTES_TOTAL),
        rounds=7,
        budgets={"s": Budget(share=1 / 15), "MB total": Budget(most=30)},
        fresh=True,
        note="Ours loads httpx and polars at the first call that needs them: see first-table. "
        "The baseline is import httpx; httpx.Client().",
    ),
    Row(
        name="first-table",
        title="import, Ionworks(), first time series",
        call="first_table",
        scene=Scenes.measurement,
        metrics=(SECONDS, CPU_SECONDS, MEGABYTES_OVER),
        rounds=7,
        fresh=True,
    ),
    Row(
        name="list",
        title="list of 1,000 measurements",
        call="list",
        scene=Scenes.listing,
        metrics=(MILLISECONDS, CPU_MILLISECONDS),
        rounds=25,
        budgets={"ms": Budget(share=2 / 3)},
        note="One page from a recorded body. Ours makes records with parsed dates, the vendor's "
        "leaves dates as text, the baseline makes dictionaries.",
    ),
    *(
        Row(
            name=f"detail-{latency}ms",
            title=f"cell_instance.detail, 50 x 1,000 rows, {latency} ms",
            call="detail",
            scene=Scenes.cell(latency),
            metrics=(SECONDS, REQUESTS),
            rounds=rounds,
            budgets={"requests": Budget(most=155), **budgets},
            note=note,
        )
        for latency, rounds, budgets, note in (
            (0, 7, {}, ONE_PAGE),
            (20, 7, {"s": Budget(share=1 / 3)}, ""),
            (100, 5, {"s": Budget(share=1 / 4)}, ""),
        )
    ),
    Row(
        name="detail-100ms-64",
        title="the same at 100 ms, max_workers=64",
        call="detail",
        scene=Scenes.cell(100),
        metrics=(SECONDS,),
        rounds=5,
        budgets={"s": Budget(share=1 / 5.5)},
        arguments={"max_workers": 64},
        note="The vendor's client has no such option; it runs as in detail-100ms.",
    ),
    Row(
        name="checks",
        title="all upload checks (strict), 1 M rows, 10 k steps",
        call="checks",
        scene=Scenes.checks,
        metrics=(SECONDS, CPU_SECONDS),
        rounds=2,
        budgets={"s": Budget(share=1 / 20)},
        arguments={"strict": True},
        contestants=("ours", "vendor"),
        heavy=True,
        same_work=False,
        note="Not the same work: ours has all 33 codes of the vendor's client and 11 more. The "
        "vendor's client is given the table of steps; ours sums up the steps itself.",
    ),
    Row(
        name="checks-default",
        title="default upload checks, 1 M rows, 10 k steps",
        call="checks",
        scene=Scenes.checks,
        metrics=(SECONDS, CPU_SECONDS),
        rounds=2,
        arguments={"strict": False},
        contestants=("ours", "vendor"),
        heavy=True,
        same_work=False,
        note="What an upload checks when it is not asked for more. Not the same work: ours also "
        "looks for what is probably wrong, such as other units.",
    ),
    Row(
        name="upload",
        title=f"upload of {LARGE.megabytes} MB",
        call="upload",
        scene=Scenes.storing,
        metrics=(SECONDS, CPU_SECONDS, MEGABYTES_OVER),
        rounds=3,
        budgets={"MB over": Budget(most=100)},
        fresh=True,
        heavy=True,
        note=f"With the default checks of each client. {LARGE.steps} steps; with more of them the "
        "vendor's time grows, see checks. The server does not process what it stores.",
    ),
    Row(
        name="download",
        title=f"time_series of {LARGE.megabytes} MB",
        call="download",
        scene=Scenes.stored,
        metrics=(SECONDS, CPU_SECONDS, MEGABYTES_OVER),
        rounds=3,
        budgets={"MB over": Budget(most=1.2 * LARGE.megabytes)},
        fresh=True,
        heavy=True,
        note="The memory includes the frame that is returned.",
    ),
    Row(
        name="save",
        title="save_files of a file of 1 GB",
        call="save",
        scene=Scenes.stored_file,
        metrics=(SECONDS, CPU_SECONDS, MEGABYTES_OVER),
        rounds=3,
        budgets={"MB over": Budget(most=16)},
        contestants=("ours",),
        fresh=True,
        heavy=True,
    ),
    Row(
        name="part",
        title="time_series of 10 rows of 10 M",
        call="part",
        scene=Scenes.long,
        metrics=(SECONDS, REQUESTS, MEGABYTES_RECEIVED),
        rounds=3,
        budgets={"MB received": Budget(most=PART_MEGABYTES)},
        arguments={"rows": [5_000_000, 5_000_010]},
        contestants=("ours",),
        fresh=True,
        heavy=True,
        note="The file has row groups of 100,000 rows with statistics. The budget is 2 % of it.",
    ),
)
