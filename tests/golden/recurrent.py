"""Golden values of recurrent layers, from PyTorch (Debian's python3-torch 1.13), in double.

    /usr/bin/python3 recurrent.py      writes recurrent.safetensors

Every case "<cell>.<layers>.<uni|bi>.<full|ragged>": parameters under PyTorch's names, x, h0 (c0), lengths, the outputs
and final states, cotangents of both, and the gradient of everything ("grad." + name).
"""
import itertools

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from safetensors import save

T, B, D, H = 5, 3, 2, 3
LENGTHS = [3, 5, 2]


def case(cell, layers, bi, ragged):
    layer = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](
        D, H, layers, bidirectional=bi, dtype=torch.float64)
    rows = layers * (2 if bi else 1)
    normal = lambda *shape: torch.randn(*shape, dtype=torch.float64)
    inputs = {"x": normal(T, B, D), "h0": normal(rows, B, H)}
    if cell == "lstm":
        inputs["c0"] = normal(rows, B, H)
    lengths = LENGTHS if ragged else [T] * B
    if ragged:
        for b, n in enumerate(lengths):
            inputs["x"][n:, b] = 0
    leaves = {**dict(layer.named_parameters()), **inputs}
    for leaf in leaves.values():
        leaf.requires_grad_()
    packed = pack_padded_sequence(inputs["x"], lengths, enforce_sorted=False)
    state = (inputs["h0"], inputs["c0"]) if cell == "lstm" else inputs["h0"]
    outputs, last = layer(packed, state)
    outputs, _ = pad_packed_sequence(outputs, total_length=T)
    last = last if cell == "lstm" else (last,)
    results = dict(zip(["outputs", "hn", "cn"], [outputs, *last]))
    cotangents = {"cotangent." + name: normal(*y.shape) for name, y in results.items()}
    sum((y * c).sum() for y, c in zip(results.values(), cotangents.values())).backward()
    gradients = {"grad." + name: leaf.grad for name, leaf in leaves.items()}
    arrays = {**leaves, **results, **cotangents, **gradients, "lengths": torch.tensor(lengths)}
    return {name: array.detach().double().numpy() for name, array in arrays.items()}


torch.manual_seed(1)
golden = {}
for cell, layers, bi, ragged in itertools.product(["rnn", "lstm", "gru"], [1, 2], [False, True], [False, True]):
    prefix = f"{cell}.{layers}.{'bi' if bi else 'uni'}.{'ragged' if ragged else 'full'}/"
    for name, array in case(cell, layers, bi, ragged).items():
        golden[prefix + name] = array
save("recurrent.safetensors", golden)
