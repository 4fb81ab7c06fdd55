import static org.apache.spark.sql.functions.col;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Structured Streaming counts the words of a file: FileWordCount FILE. Its socket source is meant for tests, and slows
 * down with the square of a batch's rows, so it reads the file itself: one batch with all that is there.
 */
public final class FileWordCount {
  public static void main(String[] args) throws Exception {
    SparkSession session = Local.streaming("FileWordCount");
    Path file = Path.of(args[0]);
    long started = System.nanoTime();
    Dataset<Row> lines =
        session
            .readStream()
            .option("pathGlobFilter", file.getFileName().toString())
            .text(file.getParent().toString());
    Local.countWords(session, lines, col("value"), started);
  }
}
