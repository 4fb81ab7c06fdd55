"""ClickHouse, as chDB embeds it, runs a query over standard input and prints `key<TAB>count`: clickhouse_query.py SQL."""

import sys

import chdb

sys.stdout.write(str(chdb.query(sys.argv[1], "TSV")))
