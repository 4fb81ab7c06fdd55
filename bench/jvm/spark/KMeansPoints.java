import java.io.File;
import java.util.Arrays;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.mllib.clustering.StreamingKMeansModel;
import org.apache.spark.mllib.linalg.Vector;
import org.apache.spark.mllib.linalg.Vectors;

/** MLlib's StreamingKMeans learns the files of a folder one after the other, a batch each: KMeansPoints FOLDER K. */
public final class KMeansPoints {
  public static void main(String[] args) {
    JavaSparkContext context = new JavaSparkContext(Local.conf("KMeansPoints"));
    context.setLogLevel("ERROR");
    File[] files = new File(args[0]).listFiles();
    Arrays.sort(files);
    int k = Integer.parseInt(args[1]);
    long started = System.nanoTime();
    StreamingKMeansModel model = null;
    for (File file : files) {
      JavaRDD<Vector> points = context.textFile(file.getPath(), 2).map(KMeansPoints::parse);
      if (model == null) {
        Vector[] centers = points.take(k).toArray(new Vector[0]);
        model = new StreamingKMeansModel(centers, new double[k]);
      }
      model = model.update(points.rdd(), 1.0, "batches");
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    System.out.println(Arrays.toString(model.clusterWeights()));
    Local.end(seconds);
  }

  private static Vector parse(String line) {
    String[] parts = line.split(",");
    double[] values = new double[parts.length];
    for (int at = 0; at < parts.length; at++) values[at] = Double.parseDouble(parts[at]);
    return Vectors.dense(values);
  }
}
