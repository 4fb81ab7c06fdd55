"""
What a real Spark makes of chains of operators.

Reads a JSON line per group of chains and answers with one. All chains of a group run as graphs of one
StreamingContext, under Spark's own manual clock, so that no batch waits for time.
"""

import json
import sys
import threading
import traceback
import warnings

from pyspark import SparkConf, SparkContext
from pyspark.resultiterable import ResultIterable
from pyspark.streaming import StreamingContext

SECONDS_PER_GROUP = 580


def main():
    warnings.simplefilter("ignore")
    conf = (
        SparkConf()
        .setMaster("local[2]")
        .setAppName("oracle")
        .set("spark.ui.enabled", "false")
        .set("spark.ui.showConsoleProgress", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.default.parallelism", "1")
        .set("spark.streaming.clock", "org.apache.spark.util.ManualClock")
        .set("spark.python.daemon.module", "worker_daemon")
        .set("spark.python.unix.domain.socket.enabled", "true")
    )
    context = SparkContext(conf=conf)
    context.setLogLevel("OFF")
    # Enough for states and inverses. StreamingContext.checkpoint would also write the graph, which costs.
    context.setCheckpointDir(sys.argv[1])
    answer({"ready": context.version})
    for line in sys.stdin:
        answer({"results": run(context, json.loads(line))})
    context.stop()


def answer(message):
    print(json.dumps(message), flush=True)


def run(context, group):
    """Run a group: {"batches": how many, "chains": [{"python", "a", "b", "slices"}]}."""
    streaming = StreamingContext(context, 1)
    results = [attempt(context, streaming, chain) for chain in group["chains"]]
    done = threading.Event()
    end = group["batches"]

    def watch(time, _):
        if time.timestamp() >= end:
            done.set()

    # Outputs of a batch run in the order in which they were made: where this one has seen the last batch, all have.
    queue(context, streaming, [[0]] * end, 1).foreachRDD(watch)
    streaming.start()
    streaming._jssc.ssc().scheduler().clock().advance(end * 1000)
    finished = done.wait(SECONDS_PER_GROUP)
    streaming.stop(stopSparkContext=False, stopGraceFully=False)
    if not finished:
        for result in results:
            result["error"] = result["error"] or "the group did not finish"
    return results


def attempt(context, streaming, chain):
    """Make the stream of a chain and return what will hold its batches: [time in ms, elements]."""
    result = {"batches": [], "error": None}

    def collect(time, rdd):
        try:
            elements = [plain(element) for element in rdd.collect()]
            result["batches"].append([round(time.timestamp() * 1000), elements])
        except Exception:
            result["error"] = result["error"] or traceback.format_exc()

    try:
        names = {"a": queue(context, streaming, chain["a"], chain["slices"]), "split": split}
        if chain["b"] is not None:
            names["b"] = queue(context, streaming, chain["b"], chain["slices"])
        # The text is the harness's own, from the table of its operators.
        eval(chain["python"], names).foreachRDD(collect)
    except Exception:
        result["error"] = traceback.format_exc()
    return result


def queue(context, streaming, batches, slices):
    return streaming.queueStream([context.parallelize([keyable(e) for e in batch], slices) for batch in batches])


def keyable(element):
    """JSON's lists as tuples, which can be keys."""
    return tuple(keyable(item) for item in element) if isinstance(element, list) else element


def split(text):
    """What Java's String.split(" ") gives."""
    parts = text.split(" ")
    while len(parts) > 1 and parts[-1] == "":
        parts.pop()
    return [] if text != "" and parts == [""] else parts


def plain(element):
    """Whatever Spark groups values in, as a list."""
    if isinstance(element, (tuple, list, ResultIterable)):
        return [plain(item) for item in element]
    return element


main()
