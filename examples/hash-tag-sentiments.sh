#!/bin/sh
# The happiest hash tags over a minute, every two seconds: tags are joined with a list that gives each a score, and the
# score counts as often as the tag came (Spark: TwitterHashTagJoinSentiments; here the lines of text come from a TCP
# server). The list is examples/sentiments.tsv, lines WORD<TAB>SCORE.
#
#   nc -lk 9999                                        # in one terminal; type into it
#   examples/hash-tag-sentiments.sh localhost 9999     # in another
#   examples/hash-tag-sentiments.sh localhost 9999 10  # or over ten seconds
#
# A chain has one window: the program in TypeScript prints both.
set -eu
SECONDS_BACK=${3:-60}
export SECONDS_BACK
exec dstream socket "${1:-localhost}" "${2:-9999}" --interval 2s flatmap split filter starts-with:# \
  map 'tag => tag.slice(1)' reduce-by-key-and-window sum "${SECONDS_BACK}s" join "@$(dirname "$0")/sentiments.tsv" \
  map 'joined => [joined[1][0] * joined[1][1], joined[0]]' sort-by key --descending \
  for-each 'awk -F "\t" -v seconds="$SECONDS_BACK" '\''
    NR <= 10 { first = first $2 " (" $1 " happiness)\n" }
    END { printf "\nHappiest topics in last %d seconds (%d total):\n%s", seconds, NR, first }
  '\'
