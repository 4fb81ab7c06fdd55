#!/bin/sh
# The hash tags that come most often over a minute, every two seconds (Spark: TwitterPopularTags; here the lines of text
# come from a TCP server).
#
#   nc -lk 9999                                      # in one terminal; type into it
#   examples/popular-hash-tags.sh localhost 9999     # in another
#   examples/popular-hash-tags.sh localhost 9999 10  # or over ten seconds
#
# A chain has one window: the program in TypeScript prints both.
set -eu
SECONDS_BACK=${3:-60}
export SECONDS_BACK
exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 2s flatmap split filter starts-with:# \
  reduce-by-key-and-window sum "${SECONDS_BACK}s" sort-by --descending \
  for-each 'awk -F "\t" -v seconds="$SECONDS_BACK" '\''
    NR <= 10 { first = first $1 " (" $2 " tweets)\n" }
    END { printf "\nPopular topics in last %d seconds (%d total):\n%s", seconds, NR, first }
  '\'
