"""Makes the files of this folder: small random T5 encoders with what transformers computes
with them, spiece.model, which sentencepiece trains on sentences.txt with T5's options, and what
sentencepiece makes of it and of words.model, which trainTokenizer() of this project made of
sentences.txt (at most 52 pieces).

Needs torch, transformers, safetensors and sentencepiece. Run in this folder.
"""
import json
import pathlib

import sentencepiece
import torch
from safetensors.torch import save_file
from transformers import T5Config, T5EncoderModel, T5ForConditionalGeneration
from transformers.models.t5.modeling_t5 import T5Attention


def perturb(model):
    """Norms are ones in a fresh model, which would hide that their weights are used."""
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if "layer_norm" in name:
                tensor.add_(0.2 * torch.randn_like(tensor))
            elif "relative_attention_bias" in name:
                tensor.copy_(torch.randn_like(tensor))


def batch(vocabulary, lengths, longest):
    ids = torch.randint(3, vocabulary, (len(lengths), longest))
    mask = torch.zeros(len(lengths), longest, dtype=torch.int64)
    for row, length in enumerate(lengths):
        mask[row, :length] = 1
        ids[row, length - 1] = 1
        ids[row, length:] = 0
    return ids, mask


def encode(model, config, folder, name, tensors):
    ids, mask = batch(config.vocab_size, [17, 9, 1], 17)
    longIds, longMask = batch(config.vocab_size, [200], 200)
    with torch.no_grad():
        expected = {
            "ids": ids, "mask": mask,
            "output": model(input_ids=ids, attention_mask=mask).last_hidden_state,
            "long.ids": longIds, "long.mask": longMask,
            "long.output": model(input_ids=longIds, attention_mask=longMask).last_hidden_state,
        }
    (folder / name).mkdir(exist_ok=True)
    save_file({k: v.contiguous() for k, v in tensors.items()},
              folder / name / "model.safetensors")
    keys = ["d_model", "d_kv", "d_ff", "num_heads", "num_layers", "vocab_size",
            "relative_attention_num_buckets", "relative_attention_max_distance",
            "feed_forward_proj", "layer_norm_epsilon", "model_type"]
    written = {key: getattr(config, key) for key in keys}
    (folder / name / "config.json").write_text(json.dumps(written, indent=1) + "\n")
    return {k: v.contiguous() for k, v in expected.items()}


def main():
    here = pathlib.Path(".")
    torch.manual_seed(7)
    gated = T5Config(vocab_size=40, d_model=24, d_kv=8, d_ff=40, num_heads=4, num_layers=3,
                     feed_forward_proj="gated-gelu", dropout_rate=0.0)
    model = T5EncoderModel(gated).eval()
    perturb(model)
    tensors = dict(model.state_dict())
    tensors.pop("encoder.embed_tokens.weight", None)
    expected = encode(model, gated, here, "gated", tensors)
    offsets = torch.arange(300)[None, :] - torch.arange(300)[:, None]
    expected["buckets"] = T5Attention._relative_position_bucket(offsets)[[0, 150, 299]].contiguous()
    save_file(expected, here / "gated.expected.safetensors")

    # The first T5: a plain feed-forward layer, its decoder in the same file, and only the
    # encoder's name for the embedding.
    plain = T5Config(vocab_size=40, d_model=16, d_kv=8, d_ff=32, num_heads=2, num_layers=2,
                     num_decoder_layers=1, feed_forward_proj="relu", dropout_rate=0.0,
                     relative_attention_num_buckets=16, relative_attention_max_distance=64)
    whole = T5ForConditionalGeneration(plain).eval()
    perturb(whole)
    tensors = dict(whole.state_dict())
    tensors["encoder.embed_tokens.weight"] = tensors.pop("shared.weight").clone()
    tensors = {k: v.clone() for k, v in tensors.items()}
    save_file(encode(whole.encoder, plain, here, "relu", tensors),
              here / "relu.expected.safetensors")

    sentencepiece.SentencePieceTrainer.train(
        input="sentences.txt", model_prefix="spiece", vocab_size=90, hard_vocab_limit=False,
        model_type="unigram", pad_id=0, eos_id=1, unk_id=2, bos_id=-1, num_threads=1,
        minloglevel=2)
    pathlib.Path("spiece.vocab").unlink()
    texts = pathlib.Path("sentences.txt").read_text().splitlines()[:12] + [
        "", "   ", "  two   spaces ", "A Cat FACE", "catapult of doom", "zebra; 42 %",
        "naïve café ﬁsh", "a 🐈🐈 on 猫", "ｄｏｇ\u3000on\tｒed\u00a0Å ½ ㎏ e\u0301 \u200b x",
        "▁dog ▁ red", "</s> <pad> <unk>", "a\u0000b", "…‥ ﷺ", "rocket rocket rocket"]
    lines = []
    for model in ["spiece", "words"]:
        processor = sentencepiece.SentencePieceProcessor(model_file=model + ".model")
        lines += [json.dumps({"model": model, "text": text, "ids": processor.encode(text)})
                  for text in texts]
    pathlib.Path("tokens.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")


main()
