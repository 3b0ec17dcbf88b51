#!/usr/bin/env python3
"""Measures the encoder beside OpenVINO and ONNX Runtime, all in one run on the same machine.

Runs `anireco bench encoder --json`, then the same weights in each peer that is installed (a bare graph
of the same operations is built here from model.safetensors; no other converter is needed), and prints
speeds and ratios. The peers' tokens come as tensors, so they are spared the tokenizer that
anireco's figures include. Peers are optional and belong into an environment outside the repository:

    python3 -m venv ../peers && ../peers/bin/pip install numpy onnx openvino onnxruntime
    ../peers/bin/python bench/encoder_peers.py build/release/anireco [--model FOLDER] [--threads N]

Exit code 0 even when a peer is missing or faster; figures are printed, never asserted.
"""

import argparse
import json
import os
import pathlib
import struct
import subprocess
import tempfile
import time

import numpy as np

QUERY_TOKENS = 16
SHORT_TEXTS = 32
DOCUMENT_TOKENS = 128
DOCUMENT_BATCH = 32


def short_lengths() -> list[int]:
    """As short_text_tokens() of src/encoder/encoder_bench.h."""
    return [8 + i * 7 % 17 for i in range(SHORT_TEXTS)]


def read_safetensors(path: pathlib.Path) -> dict[str, np.ndarray]:
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    tensors = {}
    for name, entry in json.loads(data[8 : 8 + length]).items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
    return tensors


class Graph:
    """An ONNX graph in the making."""

    def __init__(self, weights: dict[str, np.ndarray]):
        from onnx import helper, numpy_helper

        self.helper, self.numpy_helper = helper, numpy_helper
        self.weights, self.nodes, self.constants = weights, [], {}

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.constants:
            self.constants[name] = self.numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, operation: str, *inputs: str, name: str = "", **attributes) -> str:
        output = name or f"v{len(self.nodes)}"
        self.nodes.append(self.helper.make_node(operation, list(inputs), [output], **attributes))
        return output

    def linear(self, x: str, name: str) -> str:
        weight = self.constant(name + ".weight.T", self.weights[name + ".weight"].T)
        bias = self.constant(name + ".bias", self.weights[name + ".bias"])
        return self.add("Add", self.add("MatMul", x, weight), bias)

    def norm(self, x: str, name: str, epsilon: float) -> str:
        gain = self.constant(name + ".weight", self.weights[name + ".weight"])
        bias = self.constant(name + ".bias", self.weights[name + ".bias"])
        return self.add("LayerNormalization", x, gain, bias, axis=-1, epsilon=epsilon)


def heads_of(graph: Graph, x: str, shape: str, order: list[int]) -> str:
    return graph.add("Transpose", graph.add("Reshape", x, shape), perm=order)


def build_onnx(folder: pathlib.Path, path: pathlib.Path) -> None:
    """BERT, the masked mean of its tokens, length 1: the graph of a usual export."""
    import onnx
    from onnx import TensorProto, helper

    config = json.loads((folder / "config.json").read_text())
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    epsilon = config["layer_norm_eps"]
    g = Graph(read_safetensors(folder / "model.safetensors"))
    w = g.weights

    def number(name: str, value, kind=np.float32) -> str:
        return g.constant(name, np.array(value, dtype=kind))

    words = g.constant("words", w["embeddings.word_embeddings.weight"])
    table = w["embeddings.position_embeddings.weight"]
    table = g.constant("positions", table + w["embeddings.token_type_embeddings.weight"][0])
    length = g.add("Gather", g.add("Shape", "ids"), number("one", [1], np.int64), axis=0)
    axis = number("axis0", [0], np.int64)
    positions = g.add("Slice", table, number("start", [0], np.int64), length, axis)
    x = g.add("Add", g.add("Gather", words, "ids"), positions)
    x = g.norm(x, "embeddings.LayerNorm", epsilon)

    mask = g.add("Cast", "mask", to=TensorProto.FLOAT)
    wide = g.add("Unsqueeze", mask, number("axes12", [1, 2], np.int64))
    penalty = g.add("Mul", g.add("Sub", number("f1", 1), wide), number("far", -1e9))
    split = number("split", [0, 0, heads, hidden // heads], np.int64)
    merge = number("merge", [0, 0, hidden], np.int64)
    scale = number("scale", (hidden / heads) ** -0.5)
    for i in range(config["num_hidden_layers"]):
        p = f"encoder.layer.{i}."
        q = heads_of(g, g.linear(x, p + "attention.self.query"), split, [0, 2, 1, 3])
        k = heads_of(g, g.linear(x, p + "attention.self.key"), split, [0, 2, 3, 1])
        v = heads_of(g, g.linear(x, p + "attention.self.value"), split, [0, 2, 1, 3])
        scores = g.add("Add", g.add("Mul", g.add("MatMul", q, k), scale), penalty)
        mixed = g.add("MatMul", g.add("Softmax", scores, axis=-1), v)
        mixed = g.add("Reshape", g.add("Transpose", mixed, perm=[0, 2, 1, 3]), merge)
        x = g.add("Add", x, g.linear(mixed, p + "attention.output.dense"))
        x = g.norm(x, p + "attention.output.LayerNorm", epsilon)
        inner = g.linear(x, p + "intermediate.dense")
        half = g.add("Div", inner, number("root2", np.sqrt(2.0)))
        gate = g.add("Add", g.add("Erf", half), number("f1", 1))
        inner = g.add("Mul", g.add("Mul", inner, gate), number("half", 0.5))
        x = g.add("Add", x, g.linear(inner, p + "output.dense"))
        x = g.norm(x, p + "output.LayerNorm", epsilon)
    weights = g.add("Unsqueeze", mask, number("axis2", [2], np.int64))
    axis1 = number("axis1", [1], np.int64)
    total = g.add("ReduceSum", g.add("Mul", x, weights), axis1, keepdims=0)
    mean = g.add("Div", total, g.add("ReduceSum", weights, axis1, keepdims=0))
    g.add("LpNormalization", mean, name="vector", axis=-1, p=2)

    shape = ["batch", "length"]
    graph = helper.make_graph(
        g.nodes,
        "bert",
        [helper.make_tensor_value_info(n, TensorProto.INT64, shape) for n in ("ids", "mask")],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", hidden])],
        list(g.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, path)


def batch_of(lengths: list[int], random: np.random.Generator) -> dict[str, np.ndarray]:
    longest = max(lengths)
    ids = np.zeros((len(lengths), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, :length] = random.integers(1996, 9000, length)
        mask[row, :length] = 1
    return {"ids": ids, "mask": mask}


def median_seconds(run, inputs: dict[str, np.ndarray], seconds: float) -> float:
    for _ in range(5):
        run(inputs)
    times, start = [], time.perf_counter()
    while time.perf_counter() - start < seconds:
        before = time.perf_counter()
        run(inputs)
        times.append(time.perf_counter() - before)
    return float(np.median(times))


def measure(run, seconds: float) -> dict[str, float]:
    random = np.random.default_rng(1)
    query = batch_of([QUERY_TOKENS], random)
    # Sorted neighbours would need less padding, but a batch of 32 waiting queries is one batch.
    short = batch_of(short_lengths(), random)
    documents = batch_of([DOCUMENT_TOKENS] * DOCUMENT_BATCH, random)
    return {
        "query_p50_ms": 1e3 * median_seconds(run, query, seconds),
        "short_per_second": SHORT_TEXTS / median_seconds(run, short, seconds),
        "documents_per_second": DOCUMENT_BATCH / median_seconds(run, documents, seconds),
    }


def openvino_runner(path: pathlib.Path, precision: str, threads: int):
    import openvino

    core = openvino.Core()
    settings = {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": str(threads),
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": "1",
    }
    request = core.compile_model(core.read_model(path), "CPU", settings).create_infer_request()
    return lambda inputs: request.infer(inputs)[0]


def onnxruntime_runner(path: pathlib.Path, threads: int):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, inputs)[0]


def peers(path: pathlib.Path, threads: int):
    yield "OpenVINO bf16", lambda: openvino_runner(path, "bf16", threads)
    yield "OpenVINO fp32", lambda: openvino_runner(path, "f32", threads)
    yield "ONNX Runtime fp32", lambda: onnxruntime_runner(path, threads)


def ours(program: str, model: pathlib.Path, precision: str) -> dict[str, float]:
    command = [program, "--model", str(model), "--precision", precision, "bench", "encoder", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description="The encoder beside its peers.")
    parser.add_argument("program", help="the anireco binary")
    parser.add_argument("--model", type=pathlib.Path, default=pathlib.Path("build/models/all-MiniLM-L6-v2"))
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()

    rows = {}
    for precision in ("int8", "bf16", "fp32"):
        try:
            rows[f"anireco {precision}"] = ours(arguments.program, arguments.model, precision)
        except subprocess.CalledProcessError as error:
            print(f"anireco {precision}: {error.stderr.strip()}")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.onnx"
        build_onnx(arguments.model, path)
        for name, make in peers(path, arguments.threads):
            try:
                rows[name] = measure(make(), arguments.seconds)
            except ImportError as error:
                print(f"{name}: not measured ({error})")
    if arguments.json:
        print(json.dumps(rows))
        return
    print(f"{'':20}{'16 tokens p50':>15}{'short texts/s':>15}{'documents/s':>13}")
    for name, row in rows.items():
        print(
            f"{name:20}{row['query_p50_ms']:>12.2f} ms{row['short_per_second']:>15.0f}"
            f"{row['documents_per_second']:>13.0f}"
        )
    for precision, other in (("int8", "bf16"), ("bf16", "bf16"), ("fp32", "fp32")):
        mine, peer = rows.get(f"anireco {precision}"), rows.get(f"OpenVINO {other}")
        if mine and peer:
            print(
                f"anireco {precision} / OpenVINO {other}: query {peer['query_p50_ms'] / mine['query_p50_ms']:.2f} x, "
                f"short texts {mine['short_per_second'] / peer['short_per_second']:.2f} x, "
                f"documents {mine['documents_per_second'] / peer['documents_per_second']:.2f} x"
            )


if __name__ == "__main__":
    main()
