"""Writes the abuse files that the fuzzer starts from.

    python3 make_corpus.py      writes corpus/*
"""
import json
import pathlib
import struct

corpus = pathlib.Path(__file__).parent / "corpus"


def file(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def tensor(shape, begin, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


good = {"__metadata__": {"step": "1"}, "a": tensor([2, 2], 0, 16), "b": tensor([3], 16, 28)}
one = b'{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'
files = {
    "good": file(good, bytes(28)),
    "halves": file({"a": tensor([2], 0, 4, "F16"), "b": tensor([1], 4, 6, "BF16"), "c": tensor([], 6, 14, "F64")}, bytes(14)),
    "empty_axis": file({"a": tensor([0, 5], 0, 0)}),
    "overlap": file({"a": tensor([2], 0, 8), "b": tensor([2], 4, 12)}, bytes(12)),
    "hole": file({"a": tensor([1], 0, 4), "b": tensor([1], 8, 12)}, bytes(12)),
    "tail": file({"a": tensor([1], 0, 4)}, bytes(12)),
    "overflow": file({"a": tensor([2**32, 2**32, 4], 0, 0)}),
    "huge_number": file(b'{"a":{"dtype":"F32","shape":[99999999999999999999999],"data_offsets":[0,4]}}', bytes(4)),
    "negative": file({"a": tensor([-1], 0, 4)}, bytes(4)),
    "backwards": file({"a": tensor([1], 4, 0)}, bytes(4)),
    "outside": file({"a": tensor([4], 0, 16)}, bytes(4)),
    "duplicate_key": file(b'{"a":' + one + b',"a":' + one + b"}", bytes(4)),
    "duplicate_field": file(b'{"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,4]}}', bytes(4)),
    "giant_header": file(b"{}", length=2**63),
    "long_header": file(b"{}", length=99_999_999),
    "truncated": file(good, bytes(28))[:40],
    "truncated_data": file(good, bytes(20)),
    "no_brace": file(b" {}"),
    "deep": file(b'{"a":' + b"[" * 200 + b"]" * 200 + b"}"),
    "nul": file(b'{"a":' + one + b"}\0garbage", bytes(4)),
    "wrong_type": file({"a": tensor([1], 0, 8, "I64")}, bytes(8)),
    "many_axes": file({"a": tensor([1] * 100, 0, 4)}, bytes(4)),
    "eight_bytes": bytes(8),
    "nothing": b"",
}
corpus.mkdir(exist_ok=True)
for name, data in files.items():
    (corpus / name).write_bytes(data)
