"""Files of battery cyclers: reading, preparation, and the report about both."""
