import java.io.File;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Protocol;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.ipc.generic.GenericResponder;
import org.apache.avro.ipc.netty.NettyServer;
import org.apache.flume.Channel;
import org.apache.flume.Context;
import org.apache.flume.Event;
import org.apache.flume.Transaction;
import org.apache.flume.conf.Configurable;
import org.apache.flume.sink.AbstractSink;

/**
 * A sink that is asked for events, with the protocol of Spark's. A batch is a transaction of the channel, which belongs
 * to one thread: that waits until the batch is acknowledged, and gives it back to the channel where it is not.
 */
public class PollingSink extends AbstractSink implements Configurable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, CompletableFuture<Boolean>> open = new ConcurrentHashMap<>();
  private Protocol protocol;
  private NettyServer server;
  private int port;
  private long timeout;

  @Override
  public void configure(Context context) {
    port = context.getInteger("port");
    timeout = context.getLong("timeout", 60_000L);
    try {
      protocol = Protocol.parse(new File(context.getString("protocol")));
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void start() {
    try {
      server = new NettyServer(new Answers(), new InetSocketAddress("127.0.0.1", port));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    server.start();
    super.start();
  }

  @Override
  public void stop() {
    server.close();
    threads.shutdownNow();
    super.stop();
  }

  @Override
  public Status process() {
    return Status.BACKOFF;
  }

  private class Answers extends GenericResponder {
    Answers() {
      super(protocol);
    }

    @Override
    public Object respond(Protocol.Message message, Object request) throws Exception {
      GenericRecord record = (GenericRecord) request;
      if (message.getName().equals("getEventBatch")) return next((Integer) record.get("n"));
      CompletableFuture<Boolean> waiting = open.remove(record.get("sequenceNumber").toString());
      if (waiting != null) waiting.complete(message.getName().equals("ack"));
      return null;
    }
  }

  private GenericRecord next(int most) throws Exception {
    CompletableFuture<GenericRecord> answer = new CompletableFuture<>();
    threads.execute(() -> transact(most, answer));
    return answer.get();
  }

  private void transact(int most, CompletableFuture<GenericRecord> answer) {
    String sequenceNumber = UUID.randomUUID().toString();
    Channel channel = getChannel();
    Transaction transaction = channel.getTransaction();
    transaction.begin();
    boolean isDone = false;
    try {
      List<GenericRecord> events = take(channel, most);
      CompletableFuture<Boolean> waiting = new CompletableFuture<>();
      if (events.isEmpty()) {
        answer.complete(batch("Tried several times, but did not get any events from the channel!", sequenceNumber, events));
      } else {
        open.put(sequenceNumber, waiting);
        answer.complete(batch("", sequenceNumber, events));
        if (waiting.get(timeout, TimeUnit.MILLISECONDS)) {
          transaction.commit();
          isDone = true;
        }
      }
    } catch (Throwable e) {
      answer.completeExceptionally(e);
    } finally {
      open.remove(sequenceNumber);
      if (!isDone) transaction.rollback();
      transaction.close();
    }
  }

  private List<GenericRecord> take(Channel channel, int most) throws InterruptedException {
    Schema schema = protocol.getType("org.apache.spark.streaming.flume.sink.SparkSinkEvent");
    List<GenericRecord> events = new ArrayList<>();
    for (int attempt = 0; attempt < 4 && events.isEmpty(); attempt++) {
      for (Event event = channel.take(); event != null; event = events.size() < most ? channel.take() : null) {
        GenericRecord record = new GenericData.Record(schema);
        record.put("headers", event.getHeaders());
        record.put("body", ByteBuffer.wrap(event.getBody()));
        events.add(record);
        if (events.size() == most) break;
      }
      if (events.isEmpty()) Thread.sleep(50);
    }
    return events;
  }

  private GenericRecord batch(String error, String sequenceNumber, List<GenericRecord> events) {
    GenericRecord batch = new GenericData.Record(protocol.getType("org.apache.spark.streaming.flume.sink.EventBatch"));
    batch.put("errorMsg", error);
    batch.put("sequenceNumber", sequenceNumber);
    batch.put("events", events);
    return batch;
  }
}
