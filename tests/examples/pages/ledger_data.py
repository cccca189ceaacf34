"""Data as bptt_ledger gives them to its page, made up: an LSTM of H units over T symbols, three snapshots."""

import base64
import math
import random

TEXT = ("First Citizen:\nBefore we proceed any further, hear me speak.\n\nAll:\nSpeak, speak.\n\nFirst Citizen:\n"
        "You are all resolved rather to die than to famish?\n\nAll:\nResolved. resolved.\n\nFirst Citizen:\nFirst, you")


def short(x):
    return float(f"{x:.4g}")


def triangle(T, f):
    """f(t, k) for k <= t, packed as examples/page/packed.js reads it."""
    packed = bytearray()
    for t in range(T):
        for k in range(t + 1):
            x = f(t, k)
            n = 0 if x == 0 else 1 + round(min(32766, max(0, 512 * (math.log2(abs(x)) + 40))))
            packed += (-n if x < 0 else n).to_bytes(2, "little", signed=True)
    return {"triangle": base64.b64encode(packed).decode()}


def strip(T, H, f):
    values = [[f(t, i) for i in range(H)] for t in range(T)]
    scale = max(abs(v) for row in values for v in row)
    data = bytes(round(127 * v / scale) & 0xff for row in values for v in row)
    return short(scale), base64.b64encode(data).decode()


class Network:
    """The tape of the run: entries in order of creation."""

    def __init__(self, T, H, losses, decay, rng):
        self.ops, self.rng = [], rng
        self.entries = {k: [] for k in ("op", "step", "row", "shape", "inputs", "name", "value", "gradient")}
        leaf = lambda name, shape: self.add("leaf", -1, -1, shape, [], 0.02, name=name)
        w_ih, w_hh = leaf("rnn.weight_ih_l0", f"({4 * H}, 65)"), leaf("rnn.weight_hh_l0", f"({4 * H}, {H})")
        bias = leaf("rnn.bias_ih_l0", f"({4 * H})")
        w, b = leaf("decoder.weight", f"(65, {H})"), leaf("decoder.bias", "(65)")
        h = c = None
        for t in range(T):
            size = 0.1 * (1 - decay ** (T - t)) / (1 - decay)
            cell = lambda op, inputs, shape=f"(1, {H})": self.add(op, t, 0, shape, inputs, size)
            x = cell("affine", [w_ih, bias], f"(1, {4 * H})")
            gates = cell("affine", [w_hh, x] + ([] if h is None else [h]), f"(1, {4 * H})")
            i, f, g, o = (cell("slice", [gates]) for _ in range(4))
            c_new = cell("mul", [cell("sigmoid", [i]), cell("tanh", [g])])
            if c is not None:
                c_new = cell("add", [cell("mul", [cell("sigmoid", [f]), c]), c_new])
            c = c_new
            h = cell("mul", [cell("sigmoid", [o]), cell("tanh", [c])])
            logits = self.add("affine", t, 1, "(1, 65)", [h, w, b], 0.1)
            self.add("cross_entropy", t, 2, "()", [logits], 1, value=losses[t])

    def add(self, op, step, row, shape, inputs, gradient, name=None, value=0.3):
        if op not in self.ops:
            self.ops.append(op)
        summary = lambda rms: [short(rms), short(-2.5 * rms), short(2.6 * rms)]
        noise = math.exp(0.4 * self.rng.gauss(0, 1))
        values = (self.ops.index(op), step, row, shape, inputs, name, summary(value * noise), summary(gradient * noise))
        for key, each in zip(self.entries, values):
            self.entries[key].append(each)
        return len(self.entries["op"]) - 1


def snapshot(T, H, updates, decay, base, rng):
    losses = [short(abs(base + (0.05 if updates == 0 else 1) * rng.gauss(0, 1))) for _ in range(T)]
    noise = [[math.exp(0.5 * rng.gauss(0, 1)) for _ in range(T)] for _ in range(T)]
    part = lambda t, k: 0.3 * decay ** (t - k) * noise[t][k]
    total = sum(part(t, k) ** 2 for t in range(T) for k in range(t + 1))
    network = Network(T, H, losses, decay, rng)
    ratio = [short(1 - decay ** (d + 1)) if d + 1 < T else 1.0 for d in range(T)]
    angle = [short(70 * decay ** (d + 1)) if d + 1 < T else 0.0 for d in range(T)]
    grid = [2 ** i for i in range(T.bit_length()) if 2 ** i < T] + [T]
    units = []
    for name, function, f in (("layer 0, h", "state", math.tanh), ("layer 0, c", "state", lambda x: x),
                              ("layer 0, i", "sigmoid", lambda x: 0.5 + 0.5 * math.tanh(x)),
                              ("layer 0, g", "tanh", math.tanh)):
        scale, values = strip(T, H, lambda t, i: f(math.sin(i + t / 7) + rng.gauss(0, 0.2)))
        slopes = strip(T, H, lambda t, i: rng.gauss(0, 0.01)) if function == "state" else (None, None)
        saturated = None if function == "state" else [short(abs(0.2 + rng.gauss(0, 0.05))) for _ in range(T)]
        units.append({"name": name, "function": function, "units": H, "scale": scale, "values": values,
                      "gradient_scale": slopes[0], "gradients": slopes[1], "saturated": saturated})
    weights = [{"name": f"rnn.{name}", "shape": shape, "norm": short(f * math.sqrt(total)), "outside": 0,
                "parts": triangle(T, lambda t, k: f * part(t, k))}
               for name, shape, f in (("weight_ih_l0", f"({4 * H}, 65)", 0.4), ("weight_hh_l0", f"({4 * H}, {H})", 0.7),
                                      ("bias_ih_l0", f"({4 * H})", 0.2), ("bias_hh_l0", f"({4 * H})", 0.2))]
    return {"updates": updates, "losses": losses, "residual": 1.3e-16, "units": units, "weights": weights,
            "network": {"rows": ["layer=0/lstm", "decoder", "loss"], "ops": network.ops, "entries": network.entries},
            "all": {"norm": short(math.sqrt(total)), "parts": triangle(T, part),
                    "shares": triangle(T, lambda t, k: part(t, k) ** 2 / total * (1 if noise[t][k] < 2 else -1))},
            "cut": {"norm_ratio": ratio, "angle": angle},
            "truncations": [{"k1": a, "k2": b, "norm_ratio": ratio[b - 1], "angle": angle[b - 1]}
                            for a in grid for b in grid if a <= b],
            "influence": triangle(T, lambda t, k: 0.8 * part(t, k)),
            "jacobians": triangle(T, lambda t, k: decay ** (t - k))}


def ledger_data(T, H, text=TEXT):
    rng = random.Random(1)
    symbols = list((text * (T // len(text) + 2))[:T + 1])
    data = {"title": "A ledger", "command": "bptt_ledger --out ledger.html", "seed": 1,
            "environment": {"processor": "a processor", "compiler": "a compiler", "threads": 2, "scalar": "double"},
            "model": {"cell": "lstm", "layers": 1, "hidden": H, "embed": 0, "parameters": 4 * H * (H + 67),
                      "weights_from": "new"},
            "text": symbols[:T], "targets": symbols[1:], "snapshots": [], "cells": []}
    for updates, decay, base in ((0, 0.55, 4.17), (100, 0.72, 2.6), (1000, 0.9, 1.4)):
        data["snapshots"].append(snapshot(T, H, updates, decay, base, rng))
        for cell, factor in (("rnn", 0.8 * decay), ("lstm", decay), ("gru", 0.95 * decay)):
            distance = list(range(T))
            data["cells"].append({
                "cell": cell, "updates": updates, "distance": distance,
                "frobenius": [short(3 * factor ** d) for d in distance],
                "sigma": [[short((factor * q) ** d) for d in distance] for q in (1, 0.95, 0.9)],
                "bound": [short((1.2 * factor) ** d) for d in distance], "bound_name": "product of singular values",
                "closed_form": [short(1.4 ** d) for d in distance] if cell == "rnn" else None})
    return data
