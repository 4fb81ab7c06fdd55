"""Writes test/oracles/graph.json: what GraphX, by its JVM, and networkx say of given graphs.

    python scripts/oracles/graph.py > test/oracles/graph.json

Needs pyspark 4.1 with its JVM, and networkx.
"""

import json
import os
import random
import sys
import tempfile

import networkx
from pyspark import SparkConf, SparkContext

os.environ["PYSPARK_PYTHON"] = sys.executable
conf = SparkConf().setMaster("local[1]").setAppName("oracle").set("spark.ui.enabled", "false")
conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
context = SparkContext(conf=conf)
context.setLogLevel("OFF")
jvm = context._jvm
rng = random.Random(11)


def graphs():
    # Spark's own data/graphx/followers.txt.
    yield "followers.txt", [[2, 1], [4, 1], [1, 2], [6, 3], [7, 3], [7, 6], [6, 7], [3, 7]]
    yield "a chain with a sink", [[1, 2], [2, 3], [3, 4]]
    yield "self-loops and edges twice", [[1, 1], [1, 2], [1, 2], [2, 1], [3, 2], [3, 3], [4, 3]]
    yield "three parts", [[5, 6], [6, 7], [7, 5], [1, 2], [2, 1], [9, 8]]
    for count, edges in ((30, 60), (60, 150), (120, 700)):
        yield f"{count} vertices at random", [[rng.randrange(count), rng.randrange(count)] for _ in range(edges)]
    # Preferential attachment, directed both ways.
    grown = [list(edge) for edge in networkx.barabasi_albert_graph(80, 3, seed=5).edges]
    yield "grown", [edge if rng.random() < 0.5 else edge[::-1] for edge in grown]


def graphx(edges):
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(f"{a}\t{b}\n" for a, b in edges))
        file.flush()
        level = jvm.org.apache.spark.storage.StorageLevel.MEMORY_ONLY()
        graph = jvm.org.apache.spark.graphx.GraphLoader.edgeListFile(context._jsc.sc(), file.name, False, 1, level, level)
        tag = jvm.scala.reflect.ClassTag.apply(jvm.java.lang.Integer.TYPE)
        lib = jvm.org.apache.spark.graphx.lib

        def rows(result, convert=lambda value: value):
            return {str(row._1()): convert(row._2()) for row in result.vertices().toJavaRDD().collect()}

        def distances(value):
            found = {}
            entries = value.iterator()
            while entries.hasNext():
                entry = entries.next()
                found[str(entry._1())] = entry._2()
            return found

        ids = sorted({vertex for edge in edges for vertex in edge})
        landmarks = ids[:2]
        sequence = jvm.scala.jdk.javaapi.CollectionConverters.asScala(
            context._gateway.jvm.java.util.ArrayList([jvm.java.lang.Long.valueOf(x) for x in landmarks])
        ).toSeq()
        return {
            "pageRank": rows(lib.PageRank.runUntilConvergence(graph, 1e-9, 0.15, tag, tag)),
            "pageRankOf10": rows(lib.PageRank.run(graph, 10, 0.15, tag, tag)),
            "components": rows(lib.ConnectedComponents.run(graph, tag, tag)),
            "strongComponents": rows(lib.StronglyConnectedComponents.run(graph, len(ids), tag, tag)),
            "triangles": rows(lib.TriangleCount.run(graph, tag, tag)),
            "landmarks": landmarks,
            "shortestPaths": rows(lib.ShortestPaths.run(graph, sequence, tag), distances),
        }


def others(edges):
    directed = networkx.DiGraph(edges)
    simple = networkx.Graph(edges)
    simple.remove_edges_from(networkx.selfloop_edges(simple))
    named = lambda found: {str(vertex): value for vertex, value in found.items()}
    lowest = lambda parts: {str(v): min(part) for part in parts for v in part}
    return {
        "cores": named(networkx.core_number(simple)),
        "triangles": named(networkx.triangles(simple)),
        "components": lowest(networkx.weakly_connected_components(directed)),
        "strongComponents": lowest(networkx.strongly_connected_components(directed)),
        "degrees": named(dict(networkx.MultiDiGraph(edges).degree())),
    }


found = [{"name": name, "edges": edges, "graphx": graphx(edges), "networkx": others(edges)} for name, edges in graphs()]
json.dump({"from": "GraphX of Spark 4.1.1, and networkx " + networkx.__version__, "graphs": found}, sys.stdout)
print()
