"""Capacity fade of one cell, as one would look at it in a notebook."""

# %% Where to look: Ionworks() reads key and address from the environment
from pathlib import Path

from capacity_fade import capacity_fade, end_of_life, write_table

from ionworks import Ionworks

SPECIFICATION, CELL = "LG M50", "M50-007"
client = Ionworks()

# %% The table
table = capacity_fade(client, SPECIFICATION, CELL)
print(table)

# %% Is it over?
print("end of life:", end_of_life(table) or "not yet")

# %% For the report
write_table(client, SPECIFICATION, CELL, Path(f"{CELL}.csv"))
client.close()
