import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.split;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Structured Streaming counts the words of a file: FileWordCount FILE. Its socket source is meant for tests, and slows
 * down with the square of a batch's rows, so it reads the file itself: one batch with all that is there.
 */
public final class FileWordCount {
  public static void main(String[] args) throws Exception {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .appName("FileWordCount")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.streaming.checkpointLocation", Files.createTempDirectory("checkpoint").toString())
            .getOrCreate();
    Path file = Path.of(args[0]);
    long started = System.nanoTime();
    Dataset<Row> counts =
        session
            .readStream()
            .option("pathGlobFilter", file.getFileName().toString())
            .text(file.getParent().toString())
            .select(explode(split(col("value"), " ")).as("word"))
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
