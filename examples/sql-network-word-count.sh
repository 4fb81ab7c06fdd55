#!/bin/sh
# Asks each batch a query in SQL, and shows the rows as Spark shows a DataFrame (Spark: SqlNetworkWordCount).
#
#   nc -lk 9999                                        # in one terminal; type into it
#   examples/sql-network-word-count.sh localhost 9999  # in another
set -eu
SHOW=$(dirname "$0")/show.awk
export SHOW
exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 2s flatmap split \
  sql 'SELECT value AS word, count(*) AS total FROM words GROUP BY word' --as words \
  for-each 'awk -v columns="word	total" -v time="$DSTREAM_BATCH_TIME" -f "$SHOW"' --format tsv
