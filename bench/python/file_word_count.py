"""PySpark's Structured Streaming counts the words of a file, in one batch: file_word_count.py FILE."""

import os
import sys
import tempfile
import time

from pyspark.sql import SparkSession
from pyspark.sql.functions import explode, split

directory, name = os.path.split(os.path.abspath(sys.argv[1]))
session = (
    SparkSession.builder.master("local[2]")
    .appName("file_word_count")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.streaming.checkpointLocation", tempfile.mkdtemp())
    .getOrCreate()
)
started = time.monotonic()
lines = session.readStream.option("pathGlobFilter", name).text(directory)
counts = lines.select(explode(split(lines.value, " ")).alias("word")).groupBy("word").count()
query = counts.writeStream.outputMode("complete").format("memory").queryName("counts")
query.trigger(availableNow=True).start().awaitTermination()
rows = session.sql("SELECT * FROM counts").collect()
seconds = time.monotonic() - started
sys.stdout.writelines(f"{word}\t{count}\n" for word, count in rows)
sys.stdout.flush()
print(f"input-to-answer {seconds}", file=sys.stderr, flush=True)
os._exit(0)
