import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.split;

import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/** What the programs of this folder have in common: Spark on two cores of this machine, without its pages. */
final class Local {
  private Local() {}

  static SparkConf conf(String name) {
    return new SparkConf()
        .setMaster("local[2]")
        .setAppName(name)
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1");
  }

  /** A session for Structured Streaming. */
  static SparkSession streaming(String name) throws Exception {
    SparkConf conf =
        conf(name)
            .set("spark.sql.shuffle.partitions", "2")
            .set(
                "spark.sql.streaming.checkpointLocation",
                Files.createTempDirectory("checkpoint").toString());
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Count the words of all that is there, print them, say how long it took since `started`, and end. */
  static void countWords(SparkSession session, Dataset<Row> lines, Column text, long started)
      throws Exception {
    lines
        .select(explode(split(text, " ")).as("word"))
        .groupBy("word")
        .count()
        .writeStream()
        .outputMode("complete")
        .format("memory")
        .queryName("counts")
        .trigger(Trigger.AvailableNow())
        .start()
        .awaitTermination();
    List<Row> rows = session.sql("SELECT * FROM counts").collectAsList();
    double seconds = (System.nanoTime() - started) / 1e9;
    PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16));
    for (Row row : rows) out.print(row.getString(0) + "\t" + row.getLong(1) + "\n");
    out.flush();
    end(seconds);
  }

  /** Say how long it took, and end at once. */
  static void end(double seconds) {
    System.err.println("input-to-answer " + seconds);
    Runtime.getRuntime().halt(0);
  }
}
