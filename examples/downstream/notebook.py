"""Capacity fade of one cell, as a notebook."""

# %% Connect: Ionworks() reads the key and the address from the environment
from pathlib import Path

from capacity_fade import capacity_fade, end_of_life, write_table

from ionworks import Ionworks

SPECIFICATION, CELL = "LG M50", "M50-007"
client = Ionworks()

# %% Compute the table
table = capacity_fade(client, SPECIFICATION, CELL)
print(table)

# %% Find the end of life
print("end of life:", end_of_life(table) or "not yet")

# %% Write the table for the report
write_table(client, SPECIFICATION, CELL, Path(f"{CELL}.csv"))
client.close()
