#!/bin/sh
# Tests whether the numbers of an experiment have another mean than those of its control group, and ends when they surely
# have (Spark: StreamingTestExample). New files of a directory have lines such as true,3.2 and false,2.9.
#
#   examples/streaming-test.sh incoming 1 0.05
#
# Behind the directory stand the seconds of a batch, and how improbable the difference has to be.
set -eu
exec dstream files "${1:-.}" --interval "${2:-1}s" streaming-test --stop-at "${3:-0.05}" \
  map 'r => ({ pValue: Number(r.pValue.toFixed(6)), method: r.method, nullHypothesis: r.nullHypothesis })' \
  print --format spark
