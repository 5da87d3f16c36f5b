"""Names of models: their parts, the names above them, and the keys under which spellings are equal."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.link.forms import fold
from kg.link.models import ModelName, bases, model_key, parents, parse_model

PIECES = (
    *(
        "GPT",
        "LLaMA",
        "BERT",
        "mBERT",
        "ViT",
        "CLIP",
        "T5",
        "DeepSeek",
        "R1",
        "Swin Transformer",
        "XLM-R",
        "OpenAI",
    ),
    *(
        "2",
        "3.1",
        "v1",
        "1.0",
        "4o",
        "50",
        "0314",
        "7B",
        "8x7B",
        "base",
        "XL",
        "B/16",
        "chat",
        "Distill",
        "Med",
        "+",
    ),
)
"""What names are made of."""

NAMES = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(PIECES), max_size=7).flatmap(
        lambda pieces: st.sampled_from(["-", " ", "", "/", "_"]).map(lambda separator: separator.join(pieces))
    ),
)


@pytest.mark.parametrize(
    ("name", "family", "version", "size", "variant"),
    [
        ("LLaMA-2-7B-chat", "LLaMA", "2", "7B", "chat"),
        ("GPT-4o", "GPT", "4", None, "o"),
        ("GPT-4o-mini", "GPT", "4", "mini", "o"),
        ("GPT-4V", "GPT", "4", None, "v"),
        ("GPT4O", "GPT", "4", None, "o"),
        ("GPT-3.5-turbo", "GPT", "3.5", None, "turbo"),
        ("GPT-4-0314", "GPT", "4", None, "0314"),
        ("GPT-4o-2024-05-13", "GPT", "4", None, "o-20240513"),
        ("Qwen2.5-72B-Instruct", "Qwen", "2.5", "72B", "instruct"),
        ("Qwen1.5-MoE-A2.7B", "Qwen", "1.5", "A2.7B", "moe"),
        ("DeepSeek-R1-Distill-Llama-8B", "DeepSeek", "R1", "8B", "distill-llama"),
        ("DeepSeek-Coder-V2-Lite-Instruct", "DeepSeek", "2", None, "coder-lite-instruct"),
        ("ViT-B/16", "ViT", None, "B/16", None),
        ("ViT-B16", "ViT", None, "B/16", None),
        ("CLIP ViT-L/14", "CLIP", None, "L/14", "vit"),
        ("Swin-T", "Swin", None, "T", None),
        ("EfficientNet-B0", "EfficientNet", None, "B0", None),
        ("EfficientNetB7", "EfficientNet", None, "B7", None),
        ("EfficientNetV2-M", "EfficientNet", "2", "M", None),
        ("YOLOv8", "YOLO", "8", None, None),
        ("YOLOv8n", "YOLO", "8", None, "n"),
        ("BERT-base", "BERT", None, "base", None),
        ("BERT$_{LARGE}$", "BERT", None, "large", None),
        ("HuBERT X-Large", "HuBERT", None, "xlarge", None),
        ("RoBERTa-large-MNLI", "RoBERTa", None, "large", "mnli"),
        ("mBERT", "BERT", None, None, "multilingual"),
        ("multilingual BERT", "BERT", None, None, "multilingual"),
        ("ResNet-50", "ResNet", None, "50", None),
        ("WRN-28-10", "WRN", None, "28/10", None),
        ("ResNeXt-101 32x8d", "ResNeXt", None, "101-32x8d", None),
        ("T5-11B", "T5", None, "11B", None),
        ("Llama 3.1 8B Instruct", "Llama", "3.1", "8B", "instruct"),
        ("Mixtral-8x7B", "Mixtral", None, "8x7B", None),
        ("Phi-3-mini", "Phi", "3", "mini", None),
        ("Claude 3.5 Sonnet", "Claude", "3.5", None, "sonnet"),
        ("Gemini 1.5 Pro", "Gemini", "1.5", None, "pro"),
        ("Whisper large-v3", "Whisper", "3", "large", None),
        ("wav2vec 2.0", "wav2vec", "2", None, None),
        ("13B LLaMA", "LLaMA", None, "13B", None),
        ("Tiny-YOLOv2", "YOLO", "2", "tiny", None),
        ("175-billion-parameter GPT-3", "GPT", "3", "175B", None),
        ("OpenAI o1-preview", "o1", None, None, "preview"),
        ("PointNet++", "PointNet", None, None, "++"),
    ],
)
def test_parts(name: str, family: str, version: str | None, size: str | None, variant: str | None) -> None:
    """Family, version, size and variant are told apart."""
    assert parse_model(name) == ModelName(family, version, size, variant)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "XLM-R",
            "GPT-J",
            "T5",
            "S4",
            "C4",
            "S2S",
            "BERT",
            "CLIP",
            "FLAN-T5",
            "CodeT5",
            "ERNIE-M",
            "RWKV",
            "mPLUG",
        ),
        *(
            "Transformer-XL",
            "Mask2Former",
            "R2D2",
            "CoX3D",
            "ConvS2S",
            "3D-R2N2",
            "Wave-ViT",
            "Swin Transformer",
        ),
        *("Large Kernel Network", "Cross-modal Vision Transformer", "DR+RL+X"),
    ],
)
def test_letters_and_digits_of_the_family(name: str) -> None:
    """A letter or digit that belongs to the name is no part of its own."""
    assert parse_model(name) == ModelName(name, None, None, None)


@pytest.mark.parametrize("name", ["", "7B", "2024", "-", "V", "Track to Detect and Segment", "x" * 200])
def test_no_name(name: str) -> None:
    """A number, a single letter, a description and a text too long have no parts and nothing above them."""
    assert (parse_model(name), parents(name), bases(name), model_key(name)) == (None, (), (), None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Llama2-7b", "LLaMA-2-7B"),
        ("LLaMA 2 7B", "LLaMA-2-7B"),
        ("llama_2_7b", "LLaMA-2-7B"),
        ("LLaMA/2/7B", "LLaMA-2-7B"),
        ("13B LLaMA-2", "LLaMA-2-13B"),
        ("LLaMA-2-chat-7B", "LLaMA-2-7B-chat"),
        ("wav2vec2", "wav2vec 2.0"),
        ("Stable LM 2 1.6B", "StableLM-2-1.6B"),
        ("DeiT-S", "DeiT-small"),
        ("gemma-2-it", "Gemma 2 Instruct"),
        ("22B-parameter ViT", "ViT-22B"),
        ("mBERT", "Multilingual BERT"),
        ("ViT-B-16", "ViT-B/16"),
        ("LLaMA-1", "LLaMA"),
        ("YOLO v8", "YOLOv8"),
        ("DALL-E 2", "DALLE2"),
    ],
)
def test_spellings_have_one_key(one: str, other: str) -> None:
    """Case, separators, order of the parts and the spelling of a size do not matter."""
    assert model_key(one) == model_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("LLaMA", "LLaMA-2"), ("LLaMA-2", "LLaMA-3"), ("LLaMA-2-7B", "LLaMA-27B"), ("GPT-4", "GPT-4o")),
        *(("BERT", "mBERT"), ("BERT", "RoBERTa"), ("ResNet-50", "ResNet-101"), ("ViT-B/16", "ViT-B/32")),
        *(("Qwen-7B", "Qwen-7B-chat"), ("GPT-3", "GPT-3.5"), ("XLM", "XLM-R"), ("SpEx", "SpEx+")),
    ],
)
def test_versions_sizes_and_variants_stay_apart(one: str, other: str) -> None:
    """Names that differ in a part have different keys."""
    assert model_key(one) != model_key(other)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("LLaMA-2-7B-chat", ("LLaMA-2-7B", "LLaMA-2-chat", "LLaMA-2", "LLaMA")),
        ("Llama2-7b", ("Llama2", "Llama")),
        ("GPT-4o-mini", ("GPT-4o", "GPT-4", "GPT")),
        ("Qwen2.5-72B-Instruct", ("Qwen2.5-72B", "Qwen2.5-Instruct", "Qwen2.5", "Qwen")),
        (
            "DeepSeek-R1-Distill-Llama-8B",
            ("DeepSeek-R1-Distill-Llama", "DeepSeek-R1-Distill", "DeepSeek-R1", "DeepSeek"),
        ),
        ("ViT-B/16", ("ViT-B", "ViT")),
        ("13B LLaMA 2", ("LLaMA 2", "LLaMA")),
        ("mT5-XXL", ("mT5", "T5")),
        ("BERT (large)", ("BERT",)),
        ("LLaMA-1-7B", ("LLaMA-1", "LLaMA")),
        ("LLaMA-1", ()),
        ("XLM-R", ()),
    ],
)
def test_parents(name: str, expected: tuple[str, ...]) -> None:
    """The parts are dropped one by one, the most specific first, down to the family."""
    assert parents(name) == expected


@pytest.mark.parametrize(
    ("name", "base"),
    [
        *(
            ("Chinese CLIP", "CLIP"),
            ("BioBERT", "BERT"),
            ("LLaVA-HR", "LLaVA"),
            ("FLAN-T5", "T5"),
            ("CodeT5", "T5"),
        ),
        *(("Quaternion StarGANv2", "StarGANv2"), ("DeepSeekMoE-16B", "DeepSeek"), ("GPT-J", "GPT")),
    ],
)
def test_bases(name: str, base: str) -> None:
    """Words and pieces in camel case are dropped from either end of the family."""
    assert base in bases(name)


@pytest.mark.parametrize("name", ["BERT", "RoBERTa", "LLaMA", "EfficientNet", "Vision Transformer"])
def test_no_base(name: str) -> None:
    """Neither short pieces nor a head are names of models."""
    assert bases(name) == ()


@example("LLaMA-1-1")
@example("mBERT 1")
@given(NAMES)
def test_parents_climb(name: str) -> None:
    """Any text parses; what is above a name is another name, finitely often, and never the name again."""
    parse_model(name)
    above, found = [name], set()
    while above:
        for parent in parents(above.pop()):
            assert len(fold(parent)) < len(fold(name))
            assert model_key(parent) not in {None, model_key(name)}
            if parent not in found:
                found.add(parent)
                above.append(parent)
    assert set(parents(name)) <= found


@given(NAMES)
def test_bases_are_other_names(name: str) -> None:
    """What a family may be derived from is never the name itself, in any spelling."""
    assert model_key(name) not in [model_key(base) for base in bases(name)]


@given(
    st.sampled_from(["GPT", "LLaMA", "BERT", "XLM-R", "Swin Transformer"]),
    st.sampled_from(["2", "3.1", "v3", "R1"]),
    st.permutations(["7B", "chat"]),
    st.tuples(*[st.sampled_from(["-", " ", "_", "/", " - "])] * 3),
    st.sampled_from([str.lower, str.upper, str.title, str]),
)
def test_case_and_separators_do_not_matter(
    family: str, version: str, others: list[str], separators: tuple[str, ...], case: Callable[[str], str]
) -> None:
    """A name has one key however its parts are joined and capitalised, and in whatever order they come."""
    name = family + "".join(map(str.__add__, separators, [version, *others]))
    assert model_key(case(name)) == model_key(f"{family}-{version}-7B-chat")


@pytest.mark.parametrize("text", ["a1", "1", "1.", "v", "a-", "- ", "+", "x ", "(", "mB", "1x1", "B7B"])
def test_long_text_costs_nothing(text: str) -> None:
    """Two hundred thousand characters are refused, and a name as long as one may be is read at once."""
    start = time.perf_counter()
    for name in (text * 200_000, (text * 120)[:120]):
        parents(name)
        bases(name)
        model_key(name)
    assert time.perf_counter() - start < 30  # seconds; a hundredth of it on an idle machine
