import static org.apache.spark.sql.functions.col;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Structured Streaming counts the words of a topic, all that is there: KafkaWordCount BROKERS TOPIC. */
public final class KafkaWordCount {
  public static void main(String[] args) throws Exception {
    SparkSession session = Local.streaming("KafkaWordCount");
    long started = System.nanoTime();
    Dataset<Row> lines =
        session
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", args[0])
            .option("subscribe", args[1])
            .option("startingOffsets", "earliest")
            .load();
    Local.countWords(session, lines, col("value").cast("string"), started);
  }
}
