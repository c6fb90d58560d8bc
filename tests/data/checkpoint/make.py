"""Writes the checkpoint files of this folder with the real torch.save and safetensors.

python3 make.py NAME...: the test data was made with torch 1.13, and the names that end in
_2x or begin with safetensors with torch 2.x. Element i of every tensor is i / 4 unless said
otherwise.
"""

import argparse
import collections
import json
import os
import sys

import torch


def ramp(*shape, dtype=torch.float32):
    count = 1
    for extent in shape:
        count *= extent
    return (torch.arange(count) / 4).reshape(shape).to(dtype)


class Evil:
    """Unpickled by Python, this would run a command."""

    def __reduce__(self):
        return (os.system, ("touch jacobiscope-was-here",))


def types():
    whole = {torch.int64: "i64", torch.int32: "i32", torch.int16: "i16", torch.int8: "i8"}
    tensors = {
        "f64": ramp(2, 3, dtype=torch.float64),
        "f32": ramp(2, 3),
        "f16": ramp(2, 3, dtype=torch.float16),
        "bf16": ramp(2, 3, dtype=torch.bfloat16),
        "u8": torch.arange(6, dtype=torch.uint8),
        "bool": torch.arange(6) % 2 == 0,
        "scalar": torch.tensor(2.5),
        "empty": torch.empty(0, 3),
    }
    for dtype, name in whole.items():
        tensors[name] = torch.arange(6, dtype=dtype) - 3
    return tensors


def views():
    base = ramp(4, 6)
    return {
        "base": base,
        "transposed": base.t(),
        "row": base[2],
        "column": base[:, 3],
        "block": base[1:3, 2:5],
        "expanded": base[0, :2].reshape(2, 1).expand(2, 3),
    }


def module():
    layer = torch.nn.Linear(3, 2)
    with torch.no_grad():
        layer.weight.copy_(ramp(2, 3))
        layer.bias.copy_(ramp(2))
    return layer


def trained():
    layer = module()
    optimizer = torch.optim.Adam(layer.parameters())
    layer(ramp(1, 3)).sum().backward()
    optimizer.step()
    return {
        "epoch": 3,
        "best": 0.5,
        "big": 1 << 80,
        "note": "text \u00e9",
        "done": False,
        "nothing": None,
        "history": [1, (2, 3), {"a": -1}],
        "shape": torch.Size([2, 3]),
        "rng": torch.arange(4, dtype=torch.uint8),
        "optimizer": optimizer.state_dict(),
        "model": module().state_dict(),
    }


def settings():
    """As LlamaGen's training script saves its weights."""
    args = argparse.Namespace(lr=1e-4, gpt_model="GPT-B", results=None, betas=(0.9, 0.95))
    return {"model": module().state_dict(), "optimizer": None, "steps": 300000, "args": args}


def wrapped():
    state = module().state_dict()
    return collections.OrderedDict(("module._orig_mod." + k, v) for k, v in state.items())


FILES = {
    "types": types,
    "types_2x": types,
    "views": views,
    "trained": trained,
    "trained_2x": trained,
    "settings": settings,
    "wrapped": wrapped,
    "parameters": lambda: dict(module().named_parameters()),
    "deep": lambda: {"state_dict": {"model": module().state_dict()}},
    "ema": lambda: {"step": 1, "ema": module().state_dict()},
    "only": lambda: {"step": 1, "generator": module().state_dict()},
    "two": lambda: {"a": module().state_dict(), "b": module().state_dict()},
    "list": lambda: [ramp(2)],
    "evil": lambda: {"weight": ramp(2), "extra": Evil()},
    "whole_module": module,
    "legacy": types,
    "protocol_4_2x": trained,
}


def safetensors_single():
    from safetensors.torch import save_file

    save_file(types(), "types.safetensors", metadata={"format": "pt", "step": "7"})


def safetensors_sharded():
    from safetensors.torch import save_file

    os.makedirs("sharded", exist_ok=True)
    first, second = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
    save_file({"module.a": ramp(2, 3), "module.b": ramp(4)}, "sharded/" + first)
    save_file({"module.c": ramp(3, dtype=torch.bfloat16)}, "sharded/" + second)
    shards = {"module.a": first, "module.b": first, "module.c": second}
    with open("sharded/model.safetensors.index.json", "w") as out:
        json.dump({"metadata": {"total_size": 46}, "weight_map": shards}, out)
    with open("sharded/config.json", "w") as out:
        json.dump({"blocks": 2, "name": "shards"}, out)


def main():
    for name in sys.argv[1:] or FILES:
        if name.startswith("safetensors"):
            globals()[name]()
            continue
        options = {}
        if name == "legacy":
            options["_use_new_zipfile_serialization"] = False
        if name.startswith("protocol_4"):
            options["pickle_protocol"] = 4
        torch.save(FILES[name](), name + ".pth", **options)


main()
