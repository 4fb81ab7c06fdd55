#!/bin/sh
# Counts the events that a Flume agent is asked for, every two seconds (Spark: FlumePollingEventCount). The agent runs
# Spark's sink, which listens at this host and port.
#
#   examples/flume-polling-event-count.sh localhost 9988
set -eu
exec dstream flume-polling "${1:-localhost}:${2:-9988}" --interval 2s \
  count map 'count => `Received ${count} flume events.`' print --format spark
