#!/bin/sh
# Counts words of lines that a receiver written in TypeScript gets from a TCP server (Spark: CustomReceiver).
#
#   nc -lk 9999                                 # in one terminal; type into it
#   examples/custom-receiver.sh localhost 9999  # in another
set -eu
receiver=$(cd "$(dirname "$0")" && pwd)/socket-receiver.ts#SocketReceiver
exec dstream receiver "$receiver" "${1:-localhost}" "${2:-9999}" -- \
  flatmap split reduce-by-key print --format spark
