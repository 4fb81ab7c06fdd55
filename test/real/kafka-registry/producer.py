"""Writes messages of Avro, JSON and Protobuf by Confluent's own client: producer.py BROKERS REGISTRY TOPIC"""

import datetime
import decimal
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

brokers, url, topic = sys.argv[1:]
registry = SchemaRegistryClient({"url": url})
producer = Producer({"bootstrap.servers": brokers})
names = {"subject.name.strategy": lambda context, record: f"{topic}-{record}"}

ORDER = """{
  "type": "record", "name": "Order", "namespace": "shop", "fields": [
    {"name": "number", "type": "long"},
    {"name": "ratio", "type": "double"},
    {"name": "small", "type": "float"},
    {"name": "paid", "type": "boolean"},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}},
    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    {"name": "note", "type": ["null", "string", "long"]},
    {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OPEN", "DONE"]}},
    {"name": "counts", "type": {"type": "map", "values": "int"}},
    {"name": "next", "type": ["null", "Order"]},
    {"name": "raw", "type": {"type": "fixed", "name": "Two", "size": 2}}
  ]}"""


def order(number, note, following):
    return {
        "number": number,
        "ratio": 0.1,
        "small": 0.5,
        "paid": True,
        "price": decimal.Decimal("-12.05"),
        "at": datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, datetime.timezone.utc),
        "note": note,
        "state": "DONE",
        "counts": {"a": 1, "ä": -2},
        "next": following,
        "raw": b"\x00\xff",
    }


def protobuf_classes():
    """A file with a nested message and an import, as protoc would hand it on."""
    file = descriptor_pb2.FileDescriptorProto(name="tour.proto", package="shop", syntax="proto3")
    file.dependency.append("google/protobuf/timestamp.proto")
    file.message_type.add(name="Other").field.add(name="it", number=1, type=9, label=1)
    tour = file.message_type.add(name="Tour")
    tour.field.add(name="stops", number=1, type=11, label=3, type_name=".shop.Tour.Stop")
    tour.field.add(name="at", number=2, type=11, label=1, type_name=".google.protobuf.Timestamp")
    tour.field.add(name="big", number=3, type=4, label=1)
    stop = tour.nested_type.add(name="Stop")
    stop.field.add(name="name", number=1, type=9, label=1)
    pool = descriptor_pool.DescriptorPool()
    stamp = descriptor_pb2.FileDescriptorProto()
    timestamp_pb2.DESCRIPTOR.CopyToProto(stamp)
    pool.Add(stamp)
    pool.Add(file)
    return [
        message_factory.GetMessageClass(pool.FindMessageTypeByName(name))
        for name in ("shop.Tour", "shop.Tour.Stop")
    ]


def send(serializer, values):
    for value in values:
        context = SerializationContext(topic, MessageField.VALUE)
        producer.produce(topic, value=serializer(value, context), partition=0)


send(
    AvroSerializer(registry, ORDER, conf=names),
    [order(1, "ü", order(2, None, None)), order(2**62 + 1, 7, None)],
)
SCHEMA = """{"$schema": "http://json-schema.org/draft-07/schema#", "title": "Visit", "type": "object",
  "properties": {"page": {"type": "string"}}}"""
send(JSONSerializer(SCHEMA, registry, conf=names), [{"page": "/\u2028"}])
tour, stop = protobuf_classes()
message = tour(big=2**64 - 1)
message.at.seconds = 5
message.stops.add(name="a")
message.stops.add()
own = {**names, "use.deprecated.format": False}
send(ProtobufSerializer(tour, registry, conf=own), [message])
send(ProtobufSerializer(stop, registry, conf=own), [stop(name="alone")])
if producer.flush(30) > 0:
    sys.exit("not all messages were taken")
