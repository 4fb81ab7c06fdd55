import org.apache.spark.SparkContext;
import org.apache.spark.graphx.Graph;
import org.apache.spark.graphx.GraphLoader;
import org.apache.spark.graphx.lib.PageRank;
import org.apache.spark.storage.StorageLevel;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** GraphX ranks the vertices of a file of edges until no rank changes by more: PageRankEdges FILE TOLERANCE. */
public final class PageRankEdges {
  public static void main(String[] args) {
    SparkContext context = new SparkContext(Local.conf("PageRankEdges"));
    context.setLogLevel("ERROR");
    StorageLevel level = StorageLevel.MEMORY_ONLY();
    ClassTag<Object> number = ClassTag$.MODULE$.apply(Integer.TYPE);
    long started = System.nanoTime();
    Graph<Object, Object> graph = GraphLoader.edgeListFile(context, args[0], false, 2, level, level);
    Graph<Object, Object> ranks =
        PageRank.runUntilConvergence(graph, Double.parseDouble(args[1]), 0.15, number, number);
    long count = ranks.vertices().count();
    double seconds = (System.nanoTime() - started) / 1e9;
    System.out.println(count);
    Local.end(seconds);
  }
}
