"""Names of datasets: years, tasks, splits, language pairs and versions, however they are spelt."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.link.datasets import dataset_key
from kg.link.forms import fold


@pytest.mark.parametrize(
    "spellings",
    [
        ("WMT14", "WMT'14", "WMT\u201914", "WMT 14", "WMT-14", "WMT 2014", "WMT2014", "WMT-2014", "wmt14"),
        ("VOC07", "VOC 07", "VOC 2007", "VOC2007", "VOC'07"),
        ("VOC 07+12", "VOC 2007+2012"),
        ("CoNLL-03", "CoNLL 2003", "CoNLL03", "CoNLL-2003 shared task"),
        ("ICDAR15", "ICDAR 2015"),
        ("DAVIS-16", "DAVIS 2016", "DAVIS2016"),
        ("Hub5'00", "Hub5 2000", "Hub5-2000"),
        ("KDDCUP99", "KDD Cup 99", "KDD Cup 1999", "KDDCup'99"),
        ("ISIC-2019 Challenge", "ISIC 2019", "ISIC 2019 challenge dataset"),
        ("2018 Keypoint Challenge", "Keypoint Challenge 2018"),
        (
            "SemEval-2020 Task 9",
            "SemEval 2020 Task 9",
            "SemEval-2020 shared task 9",
            "Task 9 of SemEval 2020",
        ),
        ("SemEval 2014 Task 4 Sub Task 2", "SemEval-2014 Task-4 Subtask 2"),
        ("SemEval 2017 Task 4-A", "SemEval-2017 Task 4A"),
        (
            "WMT14 En-De",
            "WMT'14 English-German",
            "WMT 2014 English-to-German",
            "WMT14 EN\u2192DE",
            "WMT14 en2de",
        ),
        ("WMT16 En\u2194Ro", "WMT16 Ro<->En", "WMT16 English\u2194Romanian"),
        ("COCO val2017", "COCO 2017 val", "COCO 2017 validation set"),
        ("COCO test-dev", "COCO testdev"),
        ("VQA v2.0", "VQA 2.0", "VQAv2", "VQA V2", "VQA-v2"),
        ("VisDial v0.9", "VisDial0.9"),
    ],
)
def test_spellings_have_one_key(spellings: tuple[str, ...]) -> None:
    """Each way to write a year, task, split, language pair or version gives the same key."""
    keys = {dataset_key(name) for name in spellings}
    assert len(keys) == 1
    assert None not in keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("WMT14", "WMT16"),
        ("VOC 2007", "VOC 2012"),
        ("WMT14", "WMT14 En-De"),
        ("WMT14 En-De", "WMT14 En-Fr"),
        ("WMT14 En-De", "WMT14 De-En"),
        ("WMT14 En-De", "WMT16 En-De"),
        ("SemEval-2020", "SemEval-2020 Task 9"),
        ("SemEval-2020 Task 9", "SemEval-2020 Task 12"),
        ("SemEval 2014 Task 4", "SemEval 2014 Task 4 Subtask 2"),
        ("COCO val", "COCO test"),
        ("COCO test", "COCO test-dev"),
        ("SQuAD 1.1", "SQuAD 2.0"),
        ("VQA v1", "VQA v2"),
        ("MOT 2020", "MOTS 2020"),
        ("MOT20", "MOTS20"),
    ],
)
def test_others_stay_apart(one: str, other: str) -> None:
    """Another year, task, split, direction or version is another dataset."""
    assert dataset_key(one) != dataset_key(other)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "CIFAR-10",
            "ImageNet-21K",
            "Fashion-200",
            "UCF11",
            "WN18",
            "COCO-20",
            "STL-10",
            "HMDB51",
            "UCF101",
        ),
        *("Human3.6M", "Market-1501", "DSTC7", "GLUE", "Hi-Fi TTS", "V2X-Sim", "PASCAL VOC 10%", ""),
    ],
)
def test_counts_are_no_years(name: str) -> None:
    """A name without a year, task, split, language pair or version has no key."""
    assert dataset_key(name) is None


@pytest.mark.parametrize("name", ["WMT 2014", "VOC 2007", "SemEval-2020 Task 9", "DAVIS 2016", "KITTI 2015"])
def test_usual_spelling_is_the_folded_name(name: str) -> None:
    """The key of a name in its usual spelling is the folded name, as an alias table would have it."""
    assert dataset_key(name) == fold(name)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "WMT",
                    "14",
                    "'14",
                    "2014",
                    "Task",
                    "9",
                    "En",
                    "-",
                    "De",
                    " ",
                    "val",
                    "test",
                    "v2",
                    ".",
                    "0",
                    "(",
                ]
            )
        ).map("".join),
    )
)
def test_any_text_has_a_key_or_none(name: str) -> None:
    """No text raises, and a key is never empty where the folded name is not."""
    key = dataset_key(name)
    assert key is None or key or not fold(name)


@pytest.mark.parametrize(
    "text", ["a", "1", "-", " -", "1.", "task ", " challenge", "en-", "wmt14+15", "07+", "(", "v1 "]
)
def test_time_is_linear(text: str) -> None:
    """A text of fifty thousand characters is read at all: what backtracks would take hours."""
    name = (text * 50_000)[:50_000]
    start = time.perf_counter()
    dataset_key(name)
    assert time.perf_counter() - start < 30  # seconds; a hundredth of it on an idle machine
