#!/bin/sh
# Learns a line from the points of new files of a directory, and tells the label of each (Spark:
# StreamingLinearRegressionExample): by what was learned of the batches before, and then the batch is learned.
#
#   examples/streaming-linear-regression.sh incoming
#
# A line is a label with its features, (1.0,[0.5,2.0]).
set -eu
exec dstream files "${1:-.}" --interval 1s streaming-linear-regression print --format spark
