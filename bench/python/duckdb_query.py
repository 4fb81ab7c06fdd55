"""DuckDB runs a query over standard input and prints `key<TAB>count`: duckdb_query.py SQL."""

import sys

import duckdb

connection = duckdb.connect()
connection.execute("SET threads = 2; SET preserve_insertion_order = false")
sys.stdout.writelines(f"{key}\t{count}\n" for key, count in connection.execute(sys.argv[1]).fetchall())
