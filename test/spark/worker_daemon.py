"""
Spark's daemon of Python workers, without what costs 0.1 s a task: it reads the table of pyspark.zip again each time,
in case a task brought modules. None here does.
"""

import importlib

importlib.invalidate_caches = lambda: None

from pyspark import daemon  # noqa: E402

if __name__ == "__main__":
    daemon.manager()
