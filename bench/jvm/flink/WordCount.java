import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * Flink SQL counts words: WordCount FILE, or WordCount PORT for a TCP stream on loopback. It runs as a stream, with
 * rows gathered for a second or a million before the state is touched, which is Flink's own advice for such sums.
 */
public final class WordCount {
  private static final Map<String, Long> TOTALS = new ConcurrentHashMap<>();

  private static boolean keep(Row row) {
    if (row.getKind() == RowKind.INSERT || row.getKind() == RowKind.UPDATE_AFTER) {
      TOTALS.put((String) row.getField(0), (Long) row.getField(1));
    }
    return true;
  }

  public static void main(String[] args) throws Exception {
    Configuration configuration = new Configuration();
    configuration.setString("table.exec.mini-batch.enabled", "true");
    configuration.setString("table.exec.mini-batch.allow-latency", "1 s");
    configuration.setString("table.exec.mini-batch.size", "1000000");
    configuration.setString("pipeline.object-reuse", "true");
    configuration.setString("taskmanager.memory.network.fraction", "0.2");
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
    long started = System.nanoTime();
    if (args[0].matches("\\d+")) {
      tables.createTemporaryView(
          "input",
          tables.fromDataStream(
                  environment.socketTextStream("127.0.0.1", Integer.parseInt(args[0]), "\n", 0).returns(Types.STRING))
              .as("line"));
    } else {
      tables.executeSql(
          "CREATE TABLE input (line STRING) WITH ('connector' = 'filesystem', 'path' = '"
              + args[0]
              + "', 'format' = 'raw')");
    }
    Table counts =
        tables.sqlQuery(
            "SELECT word, COUNT(*) FROM input CROSS JOIN UNNEST(SPLIT(line, ' ')) AS words(word) GROUP BY word");
    // Not `collect`, which asks for its rows by way of the network.
    tables.toChangelogStream(counts).map(WordCount::keep).returns(Types.BOOLEAN).sinkTo(new DiscardingSink<>());
    environment.execute();
    double seconds = (System.nanoTime() - started) / 1e9;
    PrintStream out = new PrintStream(new java.io.BufferedOutputStream(System.out, 1 << 16));
    TOTALS.forEach((word, count) -> out.print(word + "\t" + count + "\n"));
    out.flush();
    System.err.println("input-to-answer " + seconds);
    Runtime.getRuntime().halt(0);
  }
}
