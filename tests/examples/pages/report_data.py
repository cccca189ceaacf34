"""Data of a report as the programs write them, with all views at once."""

import math


def report_data(text="fine"):
    steps = [20 * (i + 1) for i in range(40)]
    curves = {"step": steps, "seconds": [s / 50 for s in steps], "loss": [3 * math.exp(-s / 300) + 0.5 for s in steps],
              "lr": [0.006 * (1 - s / 900) for s in steps], "grad_norm": [0.3 + 0.1 * (s % 3) for s in steps],
              "items_per_second": [1000 + s for s in steps]}
    curves["grad_norm"][3] = None
    seen = steps[9::10]
    words = [text, "a", "film", text]
    classes = [text, "b"]
    spans = {"kind": "spans", "of_spans": True, "of": "test", "wrong": 1, "all": 9, "items": [
        {"words": words, "influence": [1, 0.2, 0.1, 0], "unknown": [1], "gaps": [], "loss": 2.5,
         "gold": [[0, 2, text, False]], "found": [[0, 1, "PER", False], [3, 4, "LOC", True]]}]}
    texts = {"kind": "texts", "of": "test", "wrong": 20, "all": 90, "items": [
        {"words": words, "influence": [1, 0.2, 0.1, 0], "unknown": [1], "gaps": [2], "gold": text, "found": "b",
         "probability": 0.99}, {"words": [], "influence": [0.1], "unknown": [], "gaps": [], "gold": "a", "found": "b",
                                "probability": 0.9}]}
    symbols = {"kind": "symbols", "of": "test", "items": [
        {"nats": 9.1, "at": 70, "context": [*"to be\n", text], "influence": [0, 0.1, 0.2, 0.3, 0.1, 0.6, 1],
         "target": "\n", "after": ["x", text], "likely": [[text, 0.5], [" ", 0.2], ["e", 0.1]]}]}
    even, single = [[0.25] * 4] * 2, [[1, 0, 0, 0], [0, 0.125, 0.875, 0]]
    attention = {"of": f"the test part {text}", "items": [
        {"source": words, "target": ["one", text], "reference": f"another {text}",
         "heads": [{"name": text[:20], "weights": even}, {"name": "", "weights": single}]},
        {"source": ["nur", text], "target": [], "reference": "", "heads": [{"name": "", "weights": []}]},
        {"source": [f"Wort{i}" for i in range(60)], "target": ["word"], "reference": "",
         "heads": [{"name": "", "weights": [[None, *[0.01] * 59]]}]}]}
    line = {"name": text[:20], "style": 2, "points": [[1, 0.5], [2, 0.4]], "band": [[1, 0.4, 0.6], [2, 0.3, 0.5]]}
    base = {"name": "no memory", "style": "baseline", "points": [[1, 0.7], [2, 0.7]]}
    gone = {"name": "rnn", "style": 9, "points": [[1, None], [2, None]], "band": [[1, None, None], [2, None, None]]}
    task = {"name": text, "beside": text, "how": "Lines.", "table": {"caption": "c", "columns": ["cell", "units", "loss"],
            "rows": [[text, 23456, [0.5, 0.4, 0.6]], ["rnn", 3, [None, None, None]]]},
            "charts": [{"title": "Loss", "x": "step", "y": "loss", "log": False, "series": [line, gone]},
                       {"title": "Gap", "x": "gap", "y": "loss", "log": True, "series": [line, base]}]}
    return {
        "title": f"A run {text}", "lead": f"One {text}.", "note": f"interrupted {text}", "facts": [["accuracy", "0.9"], [text, text]],
        "identity": [["weights", "aa599ef8a44cd7a1"]],
        "run": {"items": "texts", "loss": "nats", "validation": "share", "same_scale": False, "curves": curves,
                "validations": {"step": seen, "seconds": [s / 50 for s in seen], "value": [0.5, 0.4, 0.3, 0.2]},
                "samples": [{"step": s, "text": f"sample {s} {text}"} for s in seen]},
        "confusion": {"of": "test", "classes": classes, "counts": [[90, 10], [0, 55]], "joined": False},
        "scores": {"caption": "each", "columns": ["class", "F1"], "rows": [[text, 0.9], ["b", 1]]},
        "mistakes": texts, "attention": attention, "more": [spans, symbols], "comparison": [task],
        "config": [["cell", text]], "command": f"sentiment train --out '{text}'",
        "flags": [{"name": "--seed", "value": "1", "given": False}, {"name": "--out", "value": text, "given": True}],
        "environment": {"processor": text, "cores": "2", "threads": "2", "precision": "f32", "scalar": "float",
                        "compiler": "g++", "version": "Rewind", "date": "2026-01-01"}}


def with_mistakes(kind, text="fine"):
    data = report_data(text)
    for other in data["more"]:
        if other["kind"] == kind:
            data["mistakes"] = other
    return data
