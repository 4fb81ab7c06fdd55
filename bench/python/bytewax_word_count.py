"""Bytewax counts words: bytewax_word_count.py - for standard input, or PORT for a TCP stream on loopback."""

import socket
import sys

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.inputs import DynamicSource, StatelessSourcePartition
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

LINES = 10_000


class Lines(StatelessSourcePartition):
    def __init__(self):
        if sys.argv[1] == "-":
            self._file = sys.stdin
        else:
            self._file = socket.create_connection(("127.0.0.1", int(sys.argv[1]))).makefile("r")

    def next_batch(self):
        batch = [line for _, line in zip(range(LINES), self._file)]
        if not batch:
            raise StopIteration
        return batch


class Input(DynamicSource):
    def build(self, step_id, worker_index, worker_count):
        return Lines()


class Print(StatelessSinkPartition):
    def write_batch(self, items):
        sys.stdout.writelines(f"{word}\t{count}\n" for word, count in items)


class Output(DynamicSink):
    def build(self, step_id, worker_index, worker_count):
        return Print()


flow = Dataflow("word_count")
words = op.flat_map("split", op.input("input", flow, Input()), str.split)
op.output("output", op.count_final("count", words, lambda word: word), Output())
run_main(flow)
