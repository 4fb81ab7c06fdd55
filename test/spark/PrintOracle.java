import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Queue;
import java.util.Scanner;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Durations;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.util.ManualClock;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What Spark's DStream.print writes. Reads cases, a JSON line each: {"count": how many to print, "batches": [[element]]};
 * writes what Spark prints, and a line with a NUL behind each case. Lists of two are pairs.
 */
public final class PrintOracle {
  public static void main(String[] args) throws Exception {
    SparkConf conf = new SparkConf()
        .setMaster("local[2]")
        .setAppName("print")
        .set("spark.ui.enabled", "false")
        .set("spark.ui.showConsoleProgress", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.default.parallelism", "1")
        .set("spark.streaming.clock", "org.apache.spark.util.ManualClock");
    JavaSparkContext context = new JavaSparkContext(conf);
    context.setLogLevel("OFF");
    ObjectMapper json = new ObjectMapper();
    try (Scanner lines = new Scanner(System.in, "UTF-8")) {
      while (lines.hasNextLine()) {
        run(context, json.readTree(lines.nextLine()));
        System.out.print("\0\n");
        System.out.flush();
      }
    }
    context.stop();
  }

  private static void run(JavaSparkContext context, JsonNode test) throws Exception {
    JavaStreamingContext streaming = new JavaStreamingContext(context, Durations.seconds(1));
    Queue<JavaRDD<Object>> queue = new LinkedList<>();
    for (JsonNode batch : test.get("batches")) {
      List<Object> elements = new ArrayList<>();
      batch.forEach(element -> elements.add(valueOf(element)));
      queue.add(context.parallelize(elements, 1));
    }
    long end = queue.size() * 1000L;
    CountDownLatch done = new CountDownLatch(1);
    JavaDStream<Object> stream = streaming.queueStream(queue);
    stream.print(test.get("count").asInt());
    stream.foreachRDD((rdd, time) -> {
      if (time.milliseconds() >= end) done.countDown();
    });
    streaming.start();
    ((ManualClock) streaming.ssc().scheduler().clock()).advance(end);
    done.await();
    streaming.stop(false, false);
  }

  private static Object valueOf(JsonNode node) {
    if (node.isArray() && node.size() == 2) return new Tuple2<>(valueOf(node.get(0)), valueOf(node.get(1)));
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(valueOf(item)));
      return CollectionConverters.asScala(items).toList();
    }
    if (node.isNull()) return null;
    if (node.isBoolean()) return node.booleanValue();
    if (node.isNumber()) return node.numberValue();
    return node.textValue();
  }
}
