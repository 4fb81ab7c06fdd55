#!/bin/sh
# Counts the words of a stream of Kinesis every two seconds (Spark: KinesisWordCountASL). Further processes of the same
# application share its shards, by a table of DynamoDB.
#
#   examples/kinesis-word-count.sh my-app my-stream https://kinesis.eu-central-1.amazonaws.com
#   examples/kinesis-word-count.sh my-app my-stream http://localhost:4567 http://localhost:4568   # local servers
set -eu
app=${1:?application} stream=${2:?stream} endpoint=${3:?URL of Kinesis}
exec dstream --interval 2s kinesis "$stream" --endpoint "$endpoint" --app "$app" \
  ${4:+--dynamodb-endpoint "$4"} flatmap split reduce-by-key print --format spark
