#!/bin/sh
# Counts the words of each new file of a directory (Spark: HdfsWordCount). Move files into it when they are whole.
#
#   examples/hdfs-word-count.sh incoming
set -eu
exec dstream files "${1:-.}" --interval 2s flatmap split reduce-by-key print --format spark
