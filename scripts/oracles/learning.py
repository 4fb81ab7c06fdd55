"""Writes test/oracles/learning.json: what Spark's MLlib learns of given batches. Needs pyspark 4.1, numpy, scipy and a JVM.

    python scripts/oracles/learning.py > test/oracles/learning.json
"""

import json
import os
import random
import sys

from scipy import stats

from pyspark import SparkConf, SparkContext
from pyspark.mllib.classification import LogisticRegressionWithSGD
from pyspark.mllib.clustering import StreamingKMeansModel
from pyspark.mllib.linalg import Vectors
from pyspark.mllib.regression import LabeledPoint, LinearRegressionWithSGD

VERSION = "4.1.1"
os.environ["PYSPARK_PYTHON"] = sys.executable
conf = SparkConf().setMaster("local[1]").setAppName("oracle").set("spark.ui.enabled", "false")
conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
context = SparkContext(conf=conf)
context.setLogLevel("ERROR")
rng = random.Random(7)

# Spark's own data/mllib/kmeans_data.txt.
KMEANS_DATA = [[v] * 3 for v in (0.0, 0.1, 0.2, 9.0, 9.1, 9.2)]


def rounded(values, digits=4):
    return [round(value, digits) for value in values]


def blobs(centers, count, deviation=0.6):
    return [rounded([rng.gauss(c, deviation) for c in rng.choice(centers)]) for _ in range(count)]


def k_means():
    drift = [blobs([[0 + 0.8 * t, 0], [5, 5 - 0.5 * t], [-4, 3 + t]], 30) for t in range(6)]
    cases = [
        ("kmeans_data.txt", [KMEANS_DATA], [[0.0] * 3, [1.0] * 3], [0.0, 0.0], 1.0, "batches"),
        ("kmeans_data.txt again", [KMEANS_DATA[:3], KMEANS_DATA[3:], [], KMEANS_DATA], [[1.0] * 3, [8.0] * 3], [1.0, 2.0], 0.5, "batches"),
        ("drift, nothing forgotten", drift, [[0, 1], [5, 4], [-3, 3]], [0, 0, 0], 1.0, "batches"),
        ("drift, half a batch", drift, [[0, 1], [5, 4], [-3, 3]], [10, 10, 10], 0.5, "batches"),
        ("drift, all forgotten", drift, [[0, 1], [5, 4], [-3, 3]], [10, 10, 10], 0.0, "batches"),
        ("drift, by points", drift, [[0, 1], [5, 4], [-3, 3]], [1, 1, 1], 0.97, "points"),
        ("a cluster dies", drift, [[0, 1], [5, 4], [500, 500]], [1, 1, 1], 0.01, "batches"),
        ("one cluster", drift[:2], [[0, 0]], [0], 0.9, "points"),
    ]
    found = []
    for name, batches, centers, weights, decay, unit in cases:
        model = StreamingKMeansModel([Vectors.dense(c) for c in centers], list(map(float, weights)))
        steps = []
        for batch in batches:
            rdd = context.parallelize([Vectors.dense(p) for p in batch], 1)
            model = model.update(rdd, decay, unit)
            steps.append(
                {
                    "centers": [[float(x) for x in c] for c in model.clusterCenters],
                    "weights": [float(w) for w in model.clusterWeights],
                    "predictions": [int(model.predict(Vectors.dense(p))) for p in batch],
                }
            )
        found.append(
            {"name": name, "batches": batches, "centers": centers, "weights": weights, "decay": decay, "timeUnit": unit, "steps": steps}
        )
    return found


def random_centers():
    found = []
    for seed in (0, 1, 42, 123456789, -5):
        model = context._jvm.org.apache.spark.mllib.clustering.StreamingKMeans().setK(3)
        centers = model.setRandomCenters(4, 0.0, seed).latestModel().clusterCenters()
        found.append({"seed": seed, "centers": [list(center.toArray()) for center in centers]})
    return found


def labelled(weights, count, kind, noise=0.1):
    points = []
    for _ in range(count):
        features = rounded([rng.uniform(-1, 1) for _ in weights])
        margin = sum(w * x for w, x in zip(weights, features)) + rng.gauss(0, noise)
        points.append([round(margin, 4) if kind == "linear" else int(margin > 0), features])
    return points


def regressions():
    found = []
    for kind in ("linear", "logistic"):
        drift = [labelled([1.5, -2 + 0.4 * t, 0.5], 25, kind) for t in range(5)]
        one_class = [[[1, x] for _, x in labelled([1, 1], 10, kind)] for _ in range(2)]
        cases = [
            ("defaults", drift, {}),
            ("an empty batch", [drift[0], [], drift[1]], {}),
            ("small steps, many of them", drift, {"stepSize": 0.02, "numIterations": 200}),
            ("no convergence test", drift, {"convergenceTol": 0.0, "numIterations": 20}),
            ("l2", drift, {"regParam": 0.1, "regType": "l2"}),
            ("l1", drift, {"regParam": 0.05, "regType": "l1"}),
            ("one class", one_class, {"stepSize": 0.5}),
        ]
        for name, batches, options in cases:
            size = len(batches[0][0][1])
            weights = Vectors.dense([0.0] * size)
            settings = {"stepSize": 0.1, "numIterations": 50, "convergenceTol": 0.001, "regParam": 0.0, "regType": "l2", **options}
            steps = []
            for batch in batches:
                if batch:
                    rdd = context.parallelize([LabeledPoint(y, x) for y, x in batch], 1)
                    train = LinearRegressionWithSGD if kind == "linear" else LogisticRegressionWithSGD
                    model = train.train(
                        rdd,
                        iterations=settings["numIterations"],
                        step=settings["stepSize"],
                        miniBatchFraction=1.0,
                        initialWeights=weights,
                        regParam=settings["regParam"],
                        regType=settings["regType"],
                        intercept=False,
                        convergenceTol=settings["convergenceTol"],
                    )
                    weights = model.weights
                steps.append(
                    {
                        "weights": [float(w) for w in weights],
                        "predictions": [float(model.predict(Vectors.dense(x))) for _, x in batch],
                    }
                )
            found.append({"kind": kind, "name": name, "batches": batches, "settings": settings, "steps": steps})
    return found


def t_tests():
    """Scipy for what is right; for what Spark gives, commons-math called as Spark's WelchTTest and StudentTTest call it."""
    jvm = context._jvm
    tester = jvm.org.apache.commons.math3.stat.inference.TTest()
    found = []
    for size, other, shift, deviation in ((2, 2, 0, 1), (5, 9, 1, 1), (40, 25, 0.3, 3), (3, 200, 2, 0.1), (1500, 1200, 0.02, 1), (30, 30, 9, 1)):
        control = rounded([rng.gauss(10, 1) for _ in range(size)])
        experiment = rounded([rng.gauss(10 + shift, deviation) for _ in range(other)])
        case = {"control": control, "experiment": experiment}
        for method, equal in (("welch", False), ("student", True)):
            result = stats.ttest_ind(experiment, control, equal_var=equal)
            case[method] = [float(result.pvalue), float(result.df), float(result.statistic)]
        summaries = []
        for sample in (experiment, control):
            mean = sum(sample) / len(sample)
            variance = sum((x - mean) ** 2 for x in sample) / len(sample)
            summaries.append((jvm.org.apache.commons.math3.stat.descriptive.StatisticalSummaryValues(mean, variance, len(sample), max(sample), min(sample), sum(sample)), variance))
        (one, v1), (two, v2) = summaries
        a, b = v1**2 / other, v2**2 / size
        case["sparkWelch"] = [tester.tTest(one, two), (a + b) ** 2 / (a**2 / (other - 1) + b**2 / (size - 1)), tester.t(one, two)]
        case["sparkStudent"] = [tester.homoscedasticTTest(one, two), size + other - 2, tester.homoscedasticT(one, two)]
        found.append(case)
    return found


json.dump(
    {
        "from": f"Spark {VERSION}: StreamingKMeansModel.update, StreamingKMeans.setRandomCenters, "
        "LinearRegressionWithSGD and LogisticRegressionWithSGD from the weights of the batch before, as the streaming classes train; tTests: scipy, and commons-math as Spark calls it",
        "kMeans": k_means(),
        "randomCenters": random_centers(),
        "regressions": regressions(),
        "tTests": t_tests(),
    },
    sys.stdout,
)
print()
