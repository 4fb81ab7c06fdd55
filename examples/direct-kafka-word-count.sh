#!/bin/sh
# Counts the words of topics of Kafka every two seconds (Spark: DirectKafkaWordCount). Unlike the program it also commits for
# the group what it has counted.
#
#   examples/direct-kafka-word-count.sh localhost:9092 consumer-group topic1,topic2
set -eu
exec dstream kafka "${3:?topics, joined by commas}" --brokers "${1:-localhost:9092}" --group "$2" --interval 2s \
  flatmap split reduce-by-key print --format spark
