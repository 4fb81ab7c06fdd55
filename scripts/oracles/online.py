"""Writes test/oracles/online.json: what scikit-learn, river and Vowpal Wabbit make of given streams. Needs
scikit-learn, river, vowpalwabbit and numpy.

    python scripts/oracles/online.py > test/oracles/online.json
"""

import json
import random

import numpy as np
from river import drift, time_series, tree
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import SGDClassifier
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from vowpalwabbit import Workspace

rng = random.Random(11)


def hashes():
    words = ["a", "spam", "money", "héllo", "日本", "x" * 100, "site=news", "12:30:", "😀", "ab", "abc", "abcd", "abcde"]
    hasher = FeatureHasher(n_features=2**18, input_type="string", alternate_sign=False)
    return [[word, int(hasher.transform([[word]]).indices[0])] for word in words]


def classes(kind, count):
    """Points of two or three classes whose means drift."""
    points = []
    for at in range(count):
        label = rng.randrange(3)
        shift = 2.0 * label + at / count
        if kind == "gaussian":
            features = [round(rng.gauss(shift, 1), 3), round(rng.gauss(-shift, 1.5), 3), round(rng.random(), 3)]
        elif kind == "bernoulli":
            features = [int(rng.random() < 0.2 + 0.2 * label), int(rng.random() < 0.8 - 0.3 * label), int(rng.random() < 0.5)]
        else:
            features = [rng.randrange(1 + 3 * label), rng.randrange(7 - 3 * label), rng.randrange(4)]
        points.append([f"c{label}", features])
    return points


def naive_bayes():
    found = []
    for name, make in (("multinomial", MultinomialNB), ("bernoulli", BernoulliNB), ("gaussian", GaussianNB)):
        batches = [classes(name, 60) for _ in range(4)]
        model = make()
        steps = []
        for batch in batches:
            labels, features = [y for y, _ in batch], np.array([x for _, x in batch], dtype=float)
            model.partial_fit(features, labels, classes=["c0", "c1", "c2"])
            steps.append({"predictions": list(model.predict(features)), "probabilities": model.predict_proba(features).tolist()})
        found.append({"distribution": name, "batches": batches, "steps": steps})
    return found


def binary(count):
    points = []
    for at in range(count):
        features = [round(rng.uniform(-1, 1), 4) for _ in range(4)]
        margin = features[0] - 2 * features[1] + (1 - 2 * at / count) * features[2] + rng.gauss(0, 0.3)
        points.append([int(margin > 0), features])
    return points


def corrections():
    """Perceptron and PA-I, one pass in order, as stochastic gradient descent has them."""
    found = []
    for name, settings in (
        ("perceptron", {"loss": "perceptron", "learning_rate": "constant", "eta0": 1.0}),
        ("passive-aggressive", {"loss": "hinge", "learning_rate": "pa1", "eta0": 1.0}),
        ("passive-aggressive", {"loss": "hinge", "learning_rate": "pa1", "eta0": 0.05}),
    ):
        model = SGDClassifier(penalty=None, shuffle=False, fit_intercept=False, **settings)
        batches = [binary(50) for _ in range(4)]
        steps = []
        for batch in batches:
            model.partial_fit(np.array([x for _, x in batch]), [y for y, _ in batch], classes=[0, 1])
            steps.append([float(w) for w in model.coef_[0]])
        found.append({"algorithm": name, "aggressiveness": settings["eta0"], "batches": batches, "weights": steps})
    return found


def ftrl():
    found = []
    for settings in ({"alpha": 0.1, "beta": 1, "l1": 0, "l2": 0}, {"alpha": 0.5, "beta": 0.5, "l1": 1.0, "l2": 0.1}):
        flags = f"--ftrl --ftrl_alpha {settings['alpha']} --ftrl_beta {settings['beta']} --l1 {settings['l1']} --l2 {settings['l2']}"
        model = Workspace(f"{flags} --loss_function logistic --link logistic --noconstant -b 18 --quiet")
        points = binary(300)
        told = []
        for label, features in points:
            words = " ".join(f"f{at}:{value}" for at, value in enumerate(features))
            told.append(model.predict(f"| {words}"))
            model.learn(f"{1 if label else -1} | {words}")
        found.append({**settings, "points": points, "probabilities": told})
    return found


def trees():
    points = []
    for at in range(6000):
        x = [round(rng.random(), 3) for _ in range(4)]
        is_one = (x[0] > 0.5) != (x[1] > 0.3) if at < 3000 else x[2] > 0.6
        points.append([int(is_one != (rng.random() < 0.05)), x])
    found = []
    for leaf, name in (("mc", "majority"), ("nb", "naive-bayes"), ("nba", "adaptive")):
        model = tree.HoeffdingTreeClassifier(leaf_prediction=leaf)
        right = 0
        for label, features in points:
            x = dict(enumerate(features))
            right += model.predict_one(x) == label
            model.learn_one(x, label)
        found.append({"leafPrediction": name, "accuracy": right / len(points), "leaves": model.n_leaves})
    return {"points": points, "found": found}


def changes():
    streams = {
        "steps": [round(rng.gauss(0 if at < 700 else 3 if at < 1500 else -1, 1), 3) for at in range(2200)],
        "slope": [round(rng.gauss(at / 400, 1), 3) for at in range(2000)],
        "nothing": [round(rng.random(), 3) for at in range(2000)],
        "bits": [int(rng.random() < (0.2 if at < 1000 else 0.6)) for at in range(2000)],
    }
    found = []
    for name, values in streams.items():
        for method, make in (
            ("adwin", lambda: drift.ADWIN(delta=0.002)),
            ("page-hinkley", lambda: drift.PageHinkley(min_instances=30, delta=0.005, threshold=20, alpha=0.9999)),
        ):
            detector = make()
            at = []
            for index, value in enumerate(values):
                detector.update(value)
                if detector.drift_detected:
                    at.append(index + 1)
            found.append({"stream": name, "method": method, "at": at})
    return {"streams": streams, "found": found}


def forecasts():
    values = [round((10 + at / 10) * (1 + 0.3 * np.sin(at * np.pi / 6)) + rng.gauss(0, 0.2), 3) for at in range(120)]
    found = []
    for settings in (
        {"alpha": 0.4},
        {"alpha": 0.4, "beta": 0.2},
        {"alpha": 0.3, "beta": 0.1, "gamma": 0.6, "seasonality": 12, "multiplicative": True},
    ):
        model = time_series.HoltWinters(**settings)
        told = []
        for value in values:
            model.learn_one(value)
            told.append(model.forecast(3) if model._initialized else None)
        found.append({**settings, "told": told})
    return {"values": values, "found": found}


json.dump(
    {
        "hashes": hashes(),
        "naiveBayes": naive_bayes(),
        "corrections": corrections(),
        "ftrl": ftrl(),
        "trees": trees(),
        "changes": changes(),
        "forecasts": forecasts(),
    },
    __import__("sys").stdout,
    separators=(",", ":"),
    default=float,
)
