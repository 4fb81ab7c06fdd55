#!/bin/sh
# Counts the last digits of a thousand numbers a second: each batch prints ten pairs, (0,100) to (9,100) (Spark:
# QueueStream). In a shell there is no queue that a program fills: the numbers come from `rate`.
#
#   examples/queue-stream.sh       # thirty batches
#   examples/queue-stream.sh 3     # three
set -eu
exec dstream rate 1000 --batches "${1:-30}" map 'number => [number % 10, 1]' reduce-by-key print --format spark
