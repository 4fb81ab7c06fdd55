#!/bin/sh
# The ten users who come most often, of each ten seconds, in bounded memory (Spark: TwitterAlgebirdCMS; here each line
# from a TCP server is the name of a user).
#
#   nc -lk 9999                                         # in one terminal; type into it
#   examples/approximate-top.sh localhost 9999          # in another
#   examples/approximate-top.sh localhost 9999 overall  # or of all since the start
set -eu
case ${3:-batch} in
batch)
  exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 10s reduce approx-top:10 \
    map 'top => "Approx heavy hitters this batch: [" + top.map(pair => `(${pair})`) + "]"' emit
  ;;
overall)
  exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 10s \
    map 'user => ["all", user]' update-state-by-key approx-top:10 \
    map 'state => "Approx heavy hitters overall: [" + state[1].map(pair => `(${pair})`) + "]"' emit
  ;;
*) echo "$0: batch or overall, not $3" >&2 && exit 2 ;;
esac
