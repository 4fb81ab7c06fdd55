"""PySpark's DStreams count the words of a TCP stream: socket_word_count.py PORT WORDS.

Every batch is counted whole; the sums go to standard output when WORDS words have been counted. Standard error gets
`input-to-answer SECONDS`, from the receiver's start.
"""

import os
import sys
import time
from collections import Counter

from pyspark import SparkConf, SparkContext
from pyspark.streaming import StreamingContext, StreamingListener

PORT, WORDS = int(sys.argv[1]), int(sys.argv[2])
totals: Counter[str] = Counter()
words = 0
receiving = 0.0


class Observer(StreamingListener):
    def onReceiverStarted(self, receiverStarted):
        global receiving
        receiving = time.monotonic()


def add(rdd):
    global words
    for word, count in rdd.collect():
        totals[word] += count
        words += count
    if words >= WORDS:
        seconds = time.monotonic() - receiving
        sys.stdout.writelines(f"{word}\t{count}\n" for word, count in totals.items())
        sys.stdout.flush()
        print(f"input-to-answer {seconds}", file=sys.stderr, flush=True)
        # Shutting down takes Spark a while; that is not what is measured. Its process ends when this one is gone.
        os._exit(0)


configuration = (
    SparkConf()
    .setMaster("local[2]")
    .setAppName("socket_word_count")
    .set("spark.ui.enabled", "false")
    .set("spark.driver.host", "127.0.0.1")
    .set("spark.driver.bindAddress", "127.0.0.1")
    # The socket's receiver would connect again after 2 s; the sender is gone then.
    .set("spark.streaming.receiverRestartDelay", "100000000")
)
context = StreamingContext(SparkContext(conf=configuration), 1)
context.addStreamingListener(Observer())
lines = context.socketTextStream("127.0.0.1", PORT)
lines.flatMap(lambda line: line.split(" ")).map(lambda word: (word, 1)).reduceByKey(lambda a, b: a + b).foreachRDD(add)
context.start()
context.awaitTermination()
