"""A BERT of toy size with random weights, written as a sentence-transformers folder."""
import json
import math
import pathlib
import random
import struct

HIDDEN, LAYERS, HEADS, INTERMEDIATE, POSITIONS = 32, 2, 4, 64, 64


def words_of(texts):
    """Every letter, and every lower-case word of the texts: a vocabulary for WordPiece."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = sorted({"".join(c for c in word.lower() if c in letters) for text in texts for word in text.split()} - set(letters) - {""})
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ".", ",", ":"] + list(letters) + ["##" + c for c in letters] + words


def write(folder: pathlib.Path, texts, seed=1):
    draw = random.Random(seed)
    vocabulary = words_of(texts)
    tensors = {}

    def add(name, shape, spread, middle=0.0):
        tensors[name] = (shape, [draw.gauss(middle, spread) for _ in range(math.prod(shape))])

    def linear(name, inner, outer):
        add(name + ".weight", [outer, inner], 1 / math.sqrt(inner))
        add(name + ".bias", [outer], 0.1)

    def norm(name):
        add(name + ".weight", [HIDDEN], 0.1, 1.0)
        add(name + ".bias", [HIDDEN], 0.1)

    add("embeddings.word_embeddings.weight", [len(vocabulary), HIDDEN], 1)
    add("embeddings.position_embeddings.weight", [POSITIONS, HIDDEN], 0.1)
    add("embeddings.token_type_embeddings.weight", [2, HIDDEN], 0.1)
    norm("embeddings.LayerNorm")
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}."
        for name in ("query", "key", "value"):
            linear(layer + "attention.self." + name, HIDDEN, HIDDEN)
        linear(layer + "attention.output.dense", HIDDEN, HIDDEN)
        norm(layer + "attention.output.LayerNorm")
        linear(layer + "intermediate.dense", HIDDEN, INTERMEDIATE)
        linear(layer + "output.dense", INTERMEDIATE, HIDDEN)
        norm(layer + "output.LayerNorm")
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        packed = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n")

    def put(name, value):
        (folder / name).write_text(json.dumps(value))

    put("config.json", {"model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": 1e-12, "vocab_size": len(vocabulary), "hidden_size": HIDDEN,
                        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INTERMEDIATE,
                        "max_position_embeddings": POSITIONS, "type_vocab_size": 2})
    put("sentence_bert_config.json", {"max_seq_length": POSITIONS})
    put("tokenizer_config.json", {"do_lower_case": True})
    put("modules.json", [{"type": "sentence_transformers.models.Transformer", "path": ""},
                         {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
                         {"type": "sentence_transformers.models.Normalize", "path": "2_Normalize"}])
    put("1_Pooling/config.json", {"pooling_mode_mean_tokens": True})


def write_pieces(folder: pathlib.Path, letters):
    """Puts a SentencePiece file of single letters beside a model of write(), which makes it one of all scripts (an XLM-RoBERTa tokenizer, as multilingual encoders have)."""
    unknown, control, normal = 2, 3, 1

    def field(number, data):
        return bytes([number << 3 | 2, len(data)]) + data

    def piece(text, kind, score=0.0):
        return field(1, field(1, text.encode()) + b"\x15" + struct.pack("<f", score) + bytes([3 << 3, kind]))

    pieces = [piece("<unk>", unknown), piece("<s>", control), piece("</s>", control)]
    pieces += [piece(letter, normal, -1.0 - n / 100) for n, letter in enumerate(["\u2581", *letters])]
    # The kind of model is Unigram.
    (folder / "sentencepiece.bpe.model").write_bytes(b"".join(pieces) + field(2, bytes([3 << 3, 1])) + field(3, b""))
