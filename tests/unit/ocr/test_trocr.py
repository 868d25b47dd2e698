from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from chartlift.errors import MissingProgram, MissingWeights
from chartlift.ocr.engines import trocr
from chartlift.ocr.registry import engine_defaults
from chartlift.ocr.torch_runtime import load_torchvision

TRANSFORMERS = find_spec("transformers") is not None and find_spec("torch") is not None
WORDS = ("<s>", "</s>", "<pad>", "<unk>", "take", "one", "daily")


def options(folder: Path | None) -> trocr.Options:
    asked = {"model_folder": str(folder) if folder else "", "longest": 6}
    return trocr.Options.model_validate({**engine_defaults("trocr"), **asked})


def test_what_is_missing_is_said_before_a_page_is_read(tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        with pytest.raises(MissingWeights if TRANSFORMERS else MissingProgram) as missing:
            trocr.create(options(folder))
        assert missing.value.subject == ("trocr" if TRANSFORMERS else "transformers")


def test_each_character_takes_its_share_of_the_line() -> None:
    characters = trocr.spread([("a", 0.5), ("b", 0.25)], 200)
    assert [(c.text, c.probability, c.place) for c in characters] == [
        ("a", 0.5, 50),
        ("b", 0.25, 150),
    ]
    assert trocr.spread([], 200) == ()


def test_a_character_made_of_two_tokens_has_the_probability_of_the_second() -> None:
    class Halves:
        """Decodes tokens that are bytes, as byte-level tokenizers do."""

        def decode(self, tokens: list[int], *, skip_special_tokens: bool) -> str:
            assert skip_special_tokens
            return bytes(tokens).decode(errors="replace")

    found = trocr.pieces(Halves(), [0x61, 0xC3, 0xA9, 0x62], [0.9, 0.8, 0.7, 0.6])
    assert found == [("a", 0.9), ("é", 0.7), ("b", 0.6)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model, untrained and tiny, in the files that its hub has."""
    if not TRANSFORMERS:
        pytest.skip("transformers is not installed")
    load_torchvision()
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = Tokenizer(models.WordLevel(dict(zip(WORDS, range(7), strict=True)), unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    marks = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    transformers.PreTrainedTokenizerFast(tokenizer_object=words, **marks).save_pretrained(tmp_path)
    small = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    encoder = transformers.ViTConfig(**small, intermediate_size=16, image_size=32, patch_size=8)
    decoder = transformers.TrOCRConfig(
        vocab_size=len(WORDS), d_model=16, decoder_layers=1, decoder_attention_heads=2,
        decoder_ffn_dim=16, cross_attention_hidden_size=16,
    )  # fmt: skip
    both = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(encoder, decoder)
    model = transformers.VisionEncoderDecoderModel(config=both)
    start, end, pad, *_ = range(len(WORDS))
    model.config.decoder_start_token_id = model.generation_config.decoder_start_token_id = start
    model.config.pad_token_id = model.generation_config.pad_token_id = pad
    model.generation_config.eos_token_id = end
    model.generation_config.suppress_tokens = [start, end, pad, 3]  # untrained, it may say nothing
    model.save_pretrained(tmp_path)
    return tmp_path


def test_a_model_in_a_folder_reads_a_line_without_a_network(folder: Path) -> None:
    engine = trocr.create(options(folder))
    picture = np.full((40, 300), 255, np.uint8)
    picture[10:30, 20:280:9] = 0
    reading = engine.recognise(picture)
    assert all(0 < c.probability <= 1 for c in reading.characters)
    words = reading.text.split()
    assert len(words) == 6
    assert set(words) <= set(WORDS[4:])
    assert engine.recognise(picture) == reading
