import static org.apache.spark.sql.functions.current_timestamp;

import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Spark writes the pairs of a file into a table by its JDBC writer: JdbcPairs URL USER TABLE FILE. */
public final class JdbcPairs {
  public static void main(String[] args) {
    SparkSession session = SparkSession.builder().config(Local.conf("JdbcPairs")).getOrCreate();
    long started = System.nanoTime();
    Dataset<Row> pairs =
        session
            .read()
            .option("sep", "\t")
            .schema("key STRING, value BIGINT")
            .csv(args[3])
            .withColumn("batch_time", current_timestamp());
    Properties properties = new Properties();
    properties.setProperty("user", args[1]);
    properties.setProperty("driver", "org.postgresql.Driver");
    // One insert of many rows for many inserts, which is what makes this driver fast.
    properties.setProperty("reWriteBatchedInserts", "true");
    properties.setProperty("batchsize", "10000");
    pairs.repartition(2).write().mode(SaveMode.Append).jdbc(args[0], args[2], properties);
    Local.end((System.nanoTime() - started) / 1e9);
  }
}
