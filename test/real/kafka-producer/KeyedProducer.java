import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** Produces lines KEY TAB VALUE by Kafka's own client: BROKERS TOPIC. */
public class KeyedProducer {
  public static void main(String[] words) throws Exception {
    var settings = new Properties();
    settings.put("bootstrap.servers", words[0]);
    var text = new StringSerializer();
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var producer = new KafkaProducer<>(settings, text, new StringSerializer())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] parts = line.split("\t", 2);
        producer.send(new ProducerRecord<>(words[1], parts[0], parts[1]));
      }
    }
  }
}
