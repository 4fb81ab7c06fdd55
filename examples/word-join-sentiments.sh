#!/bin/sh
# The happiest words of each five seconds: words are joined with a list that gives each a score, and the score counts as
# often as the word came (Spark: network_wordjoinsentiments.py).
#
#   nc -lk 9999                                      # in one terminal; type into it
#   examples/word-join-sentiments.sh localhost 9999  # in another
#
# The list is examples/sentiments.tsv, lines WORD<TAB>SCORE; another one may stand behind the port.
set -eu
list=${3:-$(dirname "$0")/sentiments.tsv}
exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 5s flatmap split reduce-by-key join "@$list" \
  map 'joined => [joined[1][0] * joined[1][1], joined[0]]' sort-by key --descending \
  for-each 'awk -F "\t" '\''
    NR <= 5 { first = first sprintf("%s (%d happiness)\n", $2, $1) }
    END { printf "Happiest topics in the last 5 seconds (%d total):\n%s", NR, first }
  '\'
