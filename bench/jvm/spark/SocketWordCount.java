import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.scheduler.BatchInfo;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchStarted;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchSubmitted;
import org.apache.spark.streaming.scheduler.StreamingListenerOutputOperationCompleted;
import org.apache.spark.streaming.scheduler.StreamingListenerOutputOperationStarted;
import org.apache.spark.streaming.scheduler.StreamingListenerReceiverError;
import org.apache.spark.streaming.scheduler.StreamingListenerReceiverStarted;
import org.apache.spark.streaming.scheduler.StreamingListenerReceiverStopped;
import org.apache.spark.streaming.scheduler.StreamingListenerStreamingStarted;
import scala.Tuple2;

/**
 * Spark Streaming counts the words of a TCP stream: SocketWordCount PORT WORDS. Every batch is counted whole, over all
 * partitions; the sums go to standard output. Ends when it has counted WORDS words or, where WORDS is 0, two empty
 * batches after the sender has closed. Standard error gets `batch RECORDS SCHEDULING PROCESSING` in milliseconds for
 * each batch, and `input-to-answer SECONDS`.
 */
public final class SocketWordCount {
  private static final Map<String, Long> TOTALS = new HashMap<>();
  private static volatile long words = 0;
  private static volatile long receiving = 0;
  private static volatile boolean closed = false;

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    long expected = Long.parseLong(args[1]);
    SparkConf configuration =
        Local.conf("SocketWordCount")
            // The socket's receiver would connect again after 2 s; the sender is gone then.
            .set("spark.streaming.receiverRestartDelay", "100000000");
    JavaStreamingContext context = new JavaStreamingContext(configuration, Durations.seconds(1));
    context.addStreamingListener(new Observer(expected));
    JavaPairDStream<String, Long> counts =
        context
            .socketTextStream("127.0.0.1", port)
            .flatMap(line -> Arrays.asList(line.split(" ")).iterator())
            .mapToPair(word -> new Tuple2<>(word, 1L))
            .reduceByKey(Long::sum);
    counts.foreachRDD(
        rdd -> {
          for (Tuple2<String, Long> pair : rdd.collect()) {
            TOTALS.merge(pair._1, pair._2, Long::sum);
            words += pair._2;
          }
        });
    context.start();
    context.awaitTermination();
  }

  private static void finish() {
    double seconds = (System.nanoTime() - receiving) / 1e9;
    try (BufferedWriter out = new BufferedWriter(new OutputStreamWriter(System.out))) {
      for (Map.Entry<String, Long> entry : TOTALS.entrySet()) {
        out.write(entry.getKey() + "\t" + entry.getValue() + "\n");
      }
    } catch (java.io.IOException error) {
      Runtime.getRuntime().halt(1);
    }
    System.err.println("input-to-answer " + seconds);
    // Shutting down takes Spark a while; that is not what is measured.
    Runtime.getRuntime().halt(0);
  }

  private static final class Observer implements StreamingListener {
    private final long expected;
    private int empty = 0;

    Observer(long expected) {
      this.expected = expected;
    }

    @Override
    public void onReceiverStarted(StreamingListenerReceiverStarted event) {
      receiving = System.nanoTime();
    }

    @Override
    public void onReceiverError(StreamingListenerReceiverError event) {
      closed = true;
    }

    @Override
    public void onReceiverStopped(StreamingListenerReceiverStopped event) {
      closed = true;
    }

    @Override
    public void onBatchCompleted(StreamingListenerBatchCompleted event) {
      BatchInfo batch = event.batchInfo();
      System.err.println(
          "batch " + batch.numRecords() + " " + batch.schedulingDelay().get() + " " + batch.processingDelay().get());
      empty = closed && batch.numRecords() == 0 ? empty + 1 : 0;
      if (expected > 0 ? words >= expected : empty == 2) finish();
    }

    @Override
    public void onOutputOperationCompleted(StreamingListenerOutputOperationCompleted event) {
      // A batch that failed stops nothing by itself, and the sums would look whole.
      if (event.outputOperationInfo().failureReason().isDefined()) {
        System.err.println(event.outputOperationInfo().failureReason().get());
        Runtime.getRuntime().halt(1);
      }
    }

    @Override
    public void onStreamingStarted(StreamingListenerStreamingStarted event) {}

    @Override
    public void onBatchSubmitted(StreamingListenerBatchSubmitted event) {}

    @Override
    public void onBatchStarted(StreamingListenerBatchStarted event) {}

    @Override
    public void onOutputOperationStarted(StreamingListenerOutputOperationStarted event) {}
  }
}
