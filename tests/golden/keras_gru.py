"""Golden values of Keras' two GRU forms, computed from their published formulas with loops over NumPy arrays.

    python3 keras_gru.py      writes keras_gru.safetensors

reset_after = False (Cho et al. 2014):     reset_after = True (cuDNN):
    z = sigmoid(x Kz + h Uz + bz)              z = sigmoid(x Kz + bz + h Uz + cz)
    r = sigmoid(x Kr + h Ur + br)              r = sigmoid(x Kr + br + h Ur + cr)
    n = tanh(x Kh + (r h) Uh + bh)             n = tanh(x Kh + bh + r (h Uh + ch))
    h' = z h + (1 - z) n                       h' = z h + (1 - z) n
Columns of kernel K (D, 3H), recurrent kernel U (H, 3H) and bias: z r h; bias (3H), or (2, 3H) = (b, c).
"""
import numpy as np

from safetensors import save

T, B, D, H = 6, 2, 3, 4
rng = np.random.default_rng(1)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru(x, K, U, bias, reset_after):
    Kz, Kr, Kh = K[:, :H], K[:, H:2 * H], K[:, 2 * H:]
    Uz, Ur, Uh = U[:, :H], U[:, H:2 * H], U[:, 2 * H:]
    b, c = bias if reset_after else (bias, np.zeros(3 * H))
    outputs = np.zeros((T, B, H))
    for s in range(B):
        h = np.zeros(H)
        for t in range(T):
            v = x[t, s]
            z = sigmoid(v @ Kz + b[:H] + h @ Uz + c[:H])
            r = sigmoid(v @ Kr + b[H:2 * H] + h @ Ur + c[H:2 * H])
            if reset_after:
                n = np.tanh(v @ Kh + b[2 * H:] + r * (h @ Uh + c[2 * H:]))
            else:
                n = np.tanh(v @ Kh + b[2 * H:] + (r * h) @ Uh)
            h = z * h + (1 - z) * n
            outputs[t, s] = h
    return outputs


golden = {}
for name, reset_after in [("gru", True), ("gru_reset_before", False)]:
    x = rng.normal(size=(T, B, D))
    K, U = rng.normal(size=(D, 3 * H)), rng.normal(size=(H, 3 * H))
    bias = rng.normal(size=(2, 3 * H) if reset_after else 3 * H)
    arrays = {"x": x, "kernel": K, "recurrent_kernel": U, "bias": bias, "outputs": gru(x, K, U, bias, reset_after)}
    golden.update({f"{name}/{key}": value for key, value in arrays.items()})
save("keras_gru.safetensors", golden)
