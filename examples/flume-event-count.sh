#!/bin/sh
# Counts the events that a Flume agent sends, every two seconds (Spark: FlumeEventCount). The agent's sink is of the type
# avro, and is told this host and port.
#
#   examples/flume-event-count.sh localhost 4141
set -eu
exec dstream flume "${2:-4141}" --host "${1:-localhost}" --interval 2s \
  count map 'count => `Received ${count} flume events.`' print --format spark
