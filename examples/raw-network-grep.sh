#!/bin/sh
# Counts the lines that hold `the`, from several connections to one server that sends blocks of lines (Spark:
# RawNetworkGrep). A block is its length, four bytes with the highest first, and then as many bytes.
#
#   { printf '\0\0\0\10the end\n'; cat; } | nc -l 9999  # in one terminal
#   examples/raw-network-grep.sh 1 localhost 9999 1000    # in another
#
# The arguments are the number of streams, host, port, and the milliseconds of a batch.
set -eu
streams=${1:-1} host=${2:-localhost} port=${3:-9999} interval=${4:-1000}
set --
while [ "$streams" -gt 0 ]; do
  set -- "$@" socket "$host" "$port" --raw
  streams=$((streams - 1))
done
exec dstream --interval "${interval}ms" "$@" filter contains:the count map 'count => "Grep count: " + count' emit
