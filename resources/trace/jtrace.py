#!/usr/bin/env python3
"""Reads and writes recordings of Jacobiscope (.jtrace). Needs only the package cbor2.

jtrace.py FILE             what is in a recording: one line a record
jtrace.py FILE NEW.jtrace  copies it, record by record
See jtrace.md for what the records hold."""
import array
import io
import sys
import zlib

import cbor2

MAJOR = 1
TYPES = {78: "i", 79: "q", 85: "f"}  # tags of RFC 8746: int32, int64, float32, little-endian


def typed(values, code="f"):
    """Numbers as a tagged byte string: code is "f", "i" or "q"."""
    numbers = array.array(code, values)
    if sys.byteorder == "big":
        numbers.byteswap()
    return cbor2.CBORTag({c: tag for tag, c in TYPES.items()}[code], numbers.tobytes())


def numbers(tag):
    """A tagged byte string as numbers."""
    values = array.array(TYPES[tag.tag], tag.value)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def read(path):
    """Yields the records of a file up to its last whole one, without those that are damaged."""
    with open(path, "rb") as file:
        decoder = cbor2.CBORDecoder(file)
        first = True
        while True:
            try:
                payload, checksum = decoder.decode()
            except cbor2.CBORDecodeEOF:
                return
            if zlib.crc32(payload) != checksum:
                continue
            record = cbor2.load(io.BytesIO(payload))
            if first and record["type"] != "jacobiscope trace":
                raise ValueError(path + " is no recording of Jacobiscope")
            if first and record["version"][0] != MAJOR:
                raise ValueError(f"{path} has version {record['version']}")
            first = False
            yield record


def append(file, record):
    """Writes a record to a file that is open for binary writing."""
    payload = cbor2.dumps(record)
    file.write(cbor2.dumps([payload, zlib.crc32(payload)]))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        with open(sys.argv[2], "wb") as copy:
            for record in read(sys.argv[1]):
                append(copy, record)
    elif len(sys.argv) == 2:
        for record in read(sys.argv[1]):
            facts = {f["name"]: list(numbers(f["values"])) for f in record.get("facts", [])}
            print(record["type"], record.get("run", ""), record.get("sweep", ""), facts or "")
    else:
        sys.exit(__doc__)
