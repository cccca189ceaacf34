"""Golden values of attention and Transformer layers, from PyTorch (Debian's python3-torch 1.13), in double.

    /usr/bin/python3 transformer.py      writes transformer.safetensors

Every case "<layer>.<variant>/": parameters under PyTorch's names, inputs, masks (1: may be seen), the output, its
cotangent, and the gradient of everything ("grad." + name).
"""
import itertools

import torch

from safetensors import save

T, S, B, E, HEADS, F = 4, 5, 3, 8, 2, 12
LENGTHS, MEMORY_LENGTHS = [4, 2, 3], [5, 3, 1]

normal = lambda *shape: torch.randn(*shape, dtype=torch.float64)
padding = lambda lengths, n: torch.tensor([[t >= length for t in range(n)] for length in lengths])  # True: hidden
causal = torch.triu(torch.ones(T, T), diagonal=1).bool()  # True: hidden


def case(module, inputs, call, keep):
    """keep (T, B): where the output counts; padded queries are free to differ."""
    for parameter in module.parameters():  # biases and norms start at 0 and 1: every place gets a value of its own
        torch.nn.init.normal_(parameter, std=0.4)
    leaves = {**dict(module.named_parameters()), **inputs}
    for leaf in leaves.values():
        leaf.requires_grad_()
    output = call(module) * keep
    cotangent = normal(*output.shape)
    (output * cotangent).sum().backward()
    arrays = {**leaves, "output": output, "cotangent": cotangent}
    arrays.update({"grad." + name: leaf.grad for name, leaf in leaves.items()})
    return {name: array.detach().numpy() for name, array in arrays.items()}


def real(lengths, n):
    return (~padding(lengths, n)).T.double().unsqueeze(-1)  # (T, B, 1)


def cases():
    layer_options = dict(d_model=E, nhead=HEADS, dim_feedforward=F, dropout=0, dtype=torch.float64)
    attention = lambda: torch.nn.MultiheadAttention(E, HEADS, dtype=torch.float64)
    ones = torch.ones(T, B, 1).double()
    for name, hidden in {"full": {}, "causal": {"attn_mask": causal}}.items():
        inputs = {"x": normal(T, B, E)}
        yield f"attention.{name}", case(attention(), inputs, lambda m: m(inputs["x"], inputs["x"], inputs["x"], **hidden)[0],
                                        ones)
    inputs = {"x": normal(T, B, E), "memory": normal(S, B, E)}
    yield "attention.cross", case(attention(), inputs, lambda m: m(
        inputs["x"], inputs["memory"], inputs["memory"], key_padding_mask=padding(MEMORY_LENGTHS, S))[0], ones)
    for norm_first, activation, masked in itertools.product([False, True], ["relu", "gelu"], [False, True]):
        variant = f"{'pre' if norm_first else 'post'}.{activation}.{'masked' if masked else 'full'}"
        options = dict(layer_options, norm_first=norm_first, activation=activation)
        inputs = {"x": normal(T, B, E)}
        keep = real(LENGTHS, T) if masked else ones
        if masked:
            inputs["x"] = inputs["x"] * keep
        yield "encoder." + variant, case(
            torch.nn.TransformerEncoderLayer(**options), inputs,
            lambda m: m(inputs["x"], src_key_padding_mask=padding(LENGTHS, T) if masked else None), keep)
        inputs = {"x": normal(T, B, E), "memory": normal(S, B, E)}
        if masked:
            inputs["memory"] = inputs["memory"] * real(MEMORY_LENGTHS, S)
        yield "decoder." + variant, case(
            torch.nn.TransformerDecoderLayer(**options), inputs,
            lambda m: m(inputs["x"], inputs["memory"], tgt_mask=causal,
                        memory_key_padding_mask=padding(MEMORY_LENGTHS, S) if masked else None), ones)


torch.manual_seed(1)
save("transformer.safetensors", {f"{prefix}/{name}": array for prefix, arrays in cases() for name, array in arrays.items()})
