"""The command `ionworks`: records, files and tables of the service in a terminal."""
