#!/bin/sh
# Learns to tell 1 from 0 from new files of a directory, and tells each line (Spark: StreamingLogisticRegression): by what
# was learned of the batches before, and then the batch is learned.
#
#   examples/streaming-logistic-regression.sh incoming 1
#
# A line is a label, 1 or 0, with its features, (1.0,[0.5,2.0]). Behind the directory stand the seconds of a batch.
set -eu
exec dstream files "${1:-.}" --interval "${2:-1}s" streaming-logistic-regression print --format spark
