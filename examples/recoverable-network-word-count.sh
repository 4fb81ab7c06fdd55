#!/bin/sh
# Counts the words of the lines that arrive in each second, and goes on where it was when it is killed and started again
# (Spark: RecoverableNetworkWordCount). The words a, b and c are left out.
#
#   nc -lk 9999                                                                  # in one terminal; type into it
#   examples/recoverable-network-word-count.sh localhost 9999 checkpoint counts  # in another
#
# Each second is a directory of its own, counts-TIME: a batch that is run again replaces it.
set -eu
[ $# = 4 ] || { echo "$0: host, port, directory of the checkpoint and prefix of the output are needed" >&2 && exit 2; }
exec dstream socket "$1" "$2" --checkpoint "$3" \
  flatmap split filter 'word => !["a", "b", "c"].includes(word)' reduce-by-key \
  print --format spark save-as-text-files "$4" --format spark
