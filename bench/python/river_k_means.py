"""river learns k-means, a point at a time: river_k_means.py FILE K POINTS"""

import sys
import time

from river import cluster

path, k, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = cluster.KMeans(n_clusters=k, halflife=0.1, seed=1)
with open(path) as lines:
    started = time.perf_counter()
    for number, line in enumerate(lines):
        if number == count:
            break
        model.learn_one({at: float(value) for at, value in enumerate(line.split(","))})
    seconds = time.perf_counter() - started
print(len(model.centers))
print(f"input-to-answer {seconds}", file=sys.stderr)
