#!/bin/sh
# Counts the words of all lines since the start; `hello` and `world` begin with 1 (Spark: StatefulNetworkWordCount).
#
#   nc -lk 9999                                             # in one terminal; type into it
#   examples/stateful-network-word-count.sh localhost 9999  # in another
#
# Each word that comes is printed with its count so far. With `update` behind the port, every word that ever came is
# printed after each second, as the program of Spark 1.5 and older did.
set -eu
initial=$(dirname "$0")/initial-counts.tsv
case ${3:-map} in
map) count=map-with-state ;;
update) count='update-state-by-key sum' ;;
*) echo "$0: map or update, not $3" >&2 && exit 2 ;;
esac
# shellcheck disable=SC2086 # a stage and its argument are two words
exec dstream socket "${1:-localhost}" "${2:-9999}" flatmap split $count --initial "$initial" print --format spark
