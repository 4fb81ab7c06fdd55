#!/bin/sh
# Finds clusters in the points of new files of a directory, and tells the cluster of each (Spark: StreamingKMeansExample):
# by what was found in the batches before, and then the batch is learned. The model is in clusters.json after each batch.
#
#   examples/streaming-k-means.sh incoming 2 3 2
#
# Behind the directory stand the seconds of a batch, how many clusters there are, and how many numbers a point has.
set -eu
exec dstream files "${1:-.}" --interval "${2:-2}s" \
  streaming-kmeans --k "${3:-2}" --dimensions "${4:-2}" --seed 42 --model "${5:-clusters.json}" \
  print --format spark
