import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.split;

import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/** Structured Streaming counts the words of a topic, all that is there: KafkaWordCount BROKERS TOPIC. */
public final class KafkaWordCount {
  public static void main(String[] args) throws Exception {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .appName("KafkaWordCount")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.streaming.checkpointLocation", Files.createTempDirectory("checkpoint").toString())
            .getOrCreate();
    long started = System.nanoTime();
    Dataset<Row> counts =
        session
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", args[0])
            .option("subscribe", args[1])
            .option("startingOffsets", "earliest")
            .load()
            .select(explode(split(col("value").cast("string"), " ")).as("word"))
            .groupBy("word")
            .count();
    counts
        .writeStream()
        .outputMode("complete")
        .format("memory")
        .queryName("counts")
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
    List<Row> rows = session.sql("SELECT * FROM counts").collectAsList();
    double seconds = (System.nanoTime() - started) / 1e9;
    PrintStream out = new PrintStream(new java.io.BufferedOutputStream(System.out, 1 << 16));
    for (Row row : rows) out.print(row.getString(0) + "\t" + row.getLong(1) + "\n");
    out.flush();
    System.err.println("input-to-answer " + seconds);
    Runtime.getRuntime().halt(0);
  }
}
