#!/bin/sh
# How many different users came in each five seconds, in bounded memory (Spark: TwitterAlgebirdHLL; here each line from a
# TCP server is the name of a user).
#
#   nc -lk 9999                                              # in one terminal; type into it
#   examples/approximate-distinct.sh localhost 9999          # in another
#   examples/approximate-distinct.sh localhost 9999 overall  # or since the start
set -eu
case ${3:-batch} in
batch)
  exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 5s reduce approx-distinct \
    map 'count => "Approx distinct users this batch: " + count' emit
  ;;
overall)
  exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 5s \
    map 'user => ["all", user]' update-state-by-key approx-distinct \
    map 'state => "Approx distinct users overall: " + state[1]' emit
  ;;
*) echo "$0: batch or overall, not $3" >&2 && exit 2 ;;
esac
