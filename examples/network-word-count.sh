#!/bin/sh
# Counts the words of the lines that arrive in each second (Spark: NetworkWordCount).
#
#   nc -lk 9999                                    # in one terminal; type into it
#   examples/network-word-count.sh localhost 9999  # in another
set -eu
exec dstream socket "${1:-localhost}" "${2:-9999}" flatmap split reduce-by-key print --format spark
