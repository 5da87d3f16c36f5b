"""Checks of claimed results: what is found, and what is left in peace."""

import dataclasses
import random
import re
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.checks import CHECKS, Stated, check_results
from kg.extract.numbers import find_numbers
from kg.records import ExtractedResult
from kg.schema import DIRECTIONS, KINDS

_numbers = count()


def stated(
    sentence: str,
    value: str | None,
    kind: str = "absolute",
    metric: str | None = "accuracy",
    *,
    paper: str = "paper:1",
    subject: str | None = "FooNet",
    baseline: str | None = None,
    dataset: str | None = "BazBank",
    direction: str | None = None,
    hedges: tuple[str, ...] = (),
) -> Stated:
    """Return a claim, its number and unit read from the value as extraction reads them."""
    (number,) = find_numbers(value) if value is not None else (None,)
    result = ExtractedResult(
        evidence=sentence,
        start=0,
        end=len(sentence),
        subject=subject,
        metric=metric,
        value=value,
        kind=kind,
        direction=direction,
        dataset=dataset,
        task=None,
        baseline=baseline,
        confidence=1.0,
        number=number.number if number is not None else None,
        unit=number.unit if number is not None else None,
        hedges=hedges,
    )
    ends = (
        f"{label}:{form.lower()}" if form is not None else None
        for label, form in (("model", subject), ("metric", metric), ("dataset", dataset))
    )
    return Stated(f"result:{next(_numbers):04}", paper, result, *ends)


def found(*results: Stated) -> list[tuple[str, ...]]:
    """Return the findings of each result."""
    findings = check_results(results)
    return [findings.get(each.id, ()) for each in results]


def checks(*results: Stated) -> list[list[str]]:
    """Return which checks have found something at each result."""
    return [[finding.partition(": ")[0] for finding in findings] for findings in found(*results)]


# --- range -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metric", "value", "reason"),
    [
        ("accuracy", "100.1%", "100.1 is above 100, the most that accuracy can be"),
        ("accuracy", "140", "140 is above 100, the most that accuracy can be"),
        ("F1", "100.5 points", "100.5 is above 100, the most that F1 can be"),
        ("BLEU score", "285", "285 is above 100, the most that BLEU can be"),
        ("PPL", "0.9", "0.9 is below 1, the least that perplexity can be"),
        ("MOS", "5.2", "5.2 is above 5, the most that mean opinion score can be"),
        ("MOS", "0.2", "0.2 is below 1, the least that mean opinion score can be"),
        ("top-1 accuracy", "1,000", "1000 is above 100, the most that accuracy can be"),
    ],
)
def test_value_out_of_range(metric: str, value: str, reason: str) -> None:
    """A value that its metric cannot have is found, with the end of the range that it passes."""
    assert found(stated(f"It reaches {value}.", value, metric=metric)) == [(f"range: {reason}",)]


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("accuracy", "100%"),
        ("accuracy", "0"),
        ("accuracy", "0.85"),
        ("PPL", "1"),
        ("WER", "120%"),
        ("PSNR", "140"),
        ("FLOPs", "140"),
        ("accuracy", "140M"),
        ("accuracy", "300x"),
        ("wugginess", "140%"),
        (None, "140%"),
        ("accuracy", "30-140%"),
        ("accuracy", None),
    ],
)
def test_value_in_range(metric: str | None, value: str | None) -> None:
    """Nothing is found at the ends of a range, without one, in another unit, or without a number."""
    kind = "absolute" if value is not None else "qualitative"
    assert checks(stated(f"It reaches {value}.", value, kind, metric)) == [[]]


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("accuracy", "100 points", []),
        ("accuracy", "101 points", ["range: accuracy cannot change by 101, only by 100"]),
        ("MCC", "150 points", []),
        ("MOS", "4.5", ["range: mean opinion score cannot change by 4.5, only by 4"]),
        ("MOS", "4", []),
        ("PPL", "400", []),
        ("PSNR", "101", []),
    ],
)
def test_change_beyond_the_range(metric: str, value: str, expected: list[str]) -> None:
    """A difference may be as large as the whole range of the metric, no larger."""
    assert found(stated(f"It gains {value}.", value, "delta", metric)) == [tuple(expected)]


@pytest.mark.parametrize(
    ("metric", "direction", "value", "expected"),
    [
        ("latency", "better", "400%", ["range: latency cannot fall by 400%"]),
        ("latency", "sota", "101%", ["range: latency cannot fall by 101%"]),
        ("latency", "better", "100%", []),
        ("latency", "worse", "400%", []),
        ("latency", None, "400%", []),
        ("throughput", "better", "400%", []),
        ("negative log-likelihood", "better", "400%", []),
        ("wugginess", "better", "400%", []),
    ],
)
def test_fall_by_more_than_all(metric: str, direction: str | None, value: str, expected: list[str]) -> None:
    """What is never negative can be less by 100% at most, and more by any percentage."""
    result = stated(f"It is {value} off.", value, "relative", metric, direction=direction)
    assert found(result) == [tuple(expected)]


# --- unit --------------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["BLEU", "nDCG@10", "MRR"])
def test_percent_of_what_is_given_in_points(metric: str) -> None:
    """A change in percent of a score that papers give in points may be one in points."""
    ((finding,),) = found(stated("It gains 5%.", "5%", "relative", metric))
    assert re.fullmatch(r"unit: \w+[ \w]* is given in points: percent of it, or points\?", finding)


@pytest.mark.parametrize(
    ("sentence", "kind", "metric"),
    [
        ("It gains 5% relative.", "relative", "BLEU"),
        ("It has a relative gain of 5%.", "relative", "BLEU"),
        ("It gains 5%.", "relative", "latency"),
        ("It gains 5%.", "relative", "PSNR"),
        ("It gains 5%.", "relative", "wugginess"),
        ("It gains 5%.", "delta", "accuracy"),
    ],
)
def test_percent_that_can_mean_one_thing(sentence: str, kind: str, metric: str) -> None:
    """Nothing is found where the text says how it is meant, or where there are no points."""
    assert checks(stated(sentence, "5%", kind, metric)) == [[]]


@pytest.mark.parametrize(
    "sentence",
    [
        "It gains 5% relative on BazBank.",
        "It gains 5% relatively.",
        "It gains 5% (relative).",
        "It gains 5 accuracy points more, or relative, 5%.",
        "It has a Relative gain of 5%.",
        "It has a relative error reduction of up to 5%.",
        "It is better, by 25% at first and by a relative 5% at last.",
    ],
)
def test_difference_that_is_called_relative(sentence: str) -> None:
    """A difference in percentage points is doubted where the sentence calls it relative."""
    expected = "unit: the sentence calls it relative: percent of the value, or points?"
    assert found(stated(sentence, "5%", "delta")) == [(expected,)]


@pytest.mark.parametrize(
    "sentence",
    [
        "It gains 5% absolute (10% relative) on BazBank.",
        "It gains 10% relative (5% absolute) on BazBank.",
        "It gains 10% relative and 5% on BazBank.",
        "It gains 5% on BazBank and 10% relative on QuxBank.",
        "It gains 5% relative to BERT.",
        "It gains 5%, relative to BERT.",
        "Relative to BERT it gains 5%.",
        "It gains 5% for correlatives.",
        "Beside a relative one it gains 5% absolute.",
        "It gains 25% relative and, on BazBank, which has very many more questions, 5%.",
        "It gains 5% on BazBank, a set of questions that are all about relative clauses.",
    ],
)
def test_relative_that_is_meant_of_something_else(sentence: str) -> None:
    """The word counts only right beside the value, and not where it means "compared with"."""
    assert checks(stated(sentence, "5%", "delta")) == [[]]


def test_relative_beside_a_number_that_ends_alike() -> None:
    """The value 5% is not looked for within 25%."""
    assert checks(stated("It gains 25% relative in one case; 5% is usual.", "5%", "delta")) == [[]]


# --- arithmetic --------------------------------------------------------------------------------


def rivals(one: str, other: str, change: str, kind: str, metric: str) -> list[str]:
    """Return what is found at a change of FooNet against BERT, of which the sentence states both values."""
    sentence = f"FooNet reaches {one}, {change} off BERT, which reaches {other}."
    results = (
        stated(sentence, change, kind, metric, baseline="BERT"),
        stated(sentence, one, metric=metric),
        stated(sentence, other, metric=metric, subject="BERT"),
    )
    return list(found(*results)[0])


@pytest.mark.parametrize(
    ("one", "other", "change", "kind", "metric"),
    [
        ("79.8%", "77.3%", "2.5%", "delta", "accuracy"),
        ("79.8%", "77.3%", "2.5 points", "delta", "accuracy"),
        ("79.8", "77.3", "2.5", "delta", "accuracy"),
        ("79.8", "77.3", "2.5%", "delta", "accuracy"),
        ("79.8", "77.3", "3", "delta", "accuracy"),  # rounded
        ("80", "77", "2.5", "delta", "accuracy"),  # the values are rounded
        ("79.8", "77.3", "2.6", "delta", "accuracy"),  # at the very end of what rounding explains
        ("77.3%", "79.8%", "2.5%", "delta", "accuracy"),
        ("0.798", "0.773", "2.5 points", "delta", "accuracy"),
        ("0.798", "0.773", "0.025", "delta", "accuracy"),
        ("50ms", "100ms", "50%", "relative", "latency"),
        ("100ms", "50ms", "100%", "relative", "latency"),
        ("1.49", "2.0", "25%", "relative", "latency"),
        ("50ms", "100ms", "2x", "factor", "latency"),
        ("50ms", "100ms", "half", "factor", "latency"),
        ("33ms", "100ms", "3 times", "factor", "latency"),
    ],
)
def test_change_that_fits(one: str, other: str, change: str, kind: str, metric: str) -> None:
    """A change that rounding explains is right, in either direction and in percent of either value."""
    assert rivals(one, other, change, kind, metric) == []


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (("79.8%", "77.3%", "3.5%", "delta", "accuracy"), "a difference of 2.5, not 3.5%"),
        (("79.8", "77.3", "3.5 points", "delta", "accuracy"), "a difference of 2.5, not 3.5 points"),
        (("79.8", "77.3", "2.66", "delta", "accuracy"), "a difference of 2.5, not 2.66"),
        (("0.798", "0.773", "5 points", "delta", "accuracy"), "a difference of 0.025 or 2.5, not 5 points"),
        (("50ms", "100ms", "60%", "relative", "latency"), "a change in percent of 50 or 100, not 60%"),
        (("50ms", "100ms", "3x", "factor", "latency"), "a factor of 2 or 0.5, not 3x"),
        (("12,400ms", "50ms", "12,000ms", "delta", "latency"), "a difference of 12350, not 12,000ms"),
    ],
)
def test_change_that_does_not_fit(written: tuple[str, str, str, str, str], reason: str) -> None:
    """A change that is not that between the two values is found, with the one that would be."""
    assert rivals(*written) == [f"arithmetic: {written[0]} and {written[1]} make {reason}"]


@pytest.mark.parametrize(
    ("one", "other", "change", "kind"),
    [
        ("79.8K", "77.3", "9", "delta"),
        ("79.8K", "77.3K", "9", "delta"),
        ("79.8ms", "77.3s", "9x", "factor"),
        ("0.1", "0", "9x", "factor"),
        ("79.8", "77.3", "1-2", "delta"),
    ],
)
def test_values_that_cannot_be_compared(one: str, other: str, change: str, kind: str) -> None:
    """Other units, nothing to divide by, or a range: nothing is found."""
    assert rivals(one, other, change, kind, "wugginess") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Accuracy rises from 70% to 77%, by 9%.",
        "Accuracy rises by 9%, from 70% to 77%.",
        "Accuracy rises by 9% (77% vs. 70%).",
        "Accuracy rises by 9% (77% v.s. 70%).",
        "Accuracy is 77% compared to 70%, 9% better.",
    ],
)
def test_from_one_value_to_another(sentence: str) -> None:
    """Two values that the text sets against each other belong to the change beside them."""
    results = (stated(sentence, "9%", "delta"), stated(sentence, "70%"), stated(sentence, "77%"))
    assert checks(*results) == [["arithmetic"], [], []]


@pytest.mark.parametrize(
    "sentence",
    [
        "Accuracy rises by 9% and already passes it trained longer (77% vs. 70%).",
        "Accuracy rises by 9%; it is 77% compared to 70% elsewhere.",
        "Accuracy rises from 70% to 77%, while with labels it gains 9%.",
        "Accuracy is 70%, 77% and 9% better.",
    ],
)
def test_values_of_another_clause(sentence: str) -> None:
    """Values that another clause sets against each other are no matter of the change."""
    assert checks(stated(sentence, "9%", "delta"), stated(sentence, "70%"), stated(sentence, "77%")) == [
        [],
        [],
        [],
    ]


def test_values_that_lie_within_other_numbers() -> None:
    """The value 7% is not looked for within 77%, so that nothing stands between it and its rival."""
    sentence = "Accuracy is 77.5% compared to 70%, which is 7.5% better than before."
    results = (stated(sentence, "7.5%", "delta"), stated(sentence, "70%"), stated(sentence, "77.5%"))
    assert checks(*results) == [[], [], []]
    sentence = "It gains 5%, from 80.5% to 90.5%."
    results = (stated(sentence, "5%", "delta"), stated(sentence, "80.5%"), stated(sentence, "90.5%"))
    assert checks(*results) == [["arithmetic"], [], []]


SENTENCE = "FooNet reaches 79.8%, 3.5% above BERT, which reaches 77.3%."


@pytest.mark.parametrize(
    "other",
    [
        {"metric": "F1"},
        {"metric": None},
        {"dataset": "QuxBank"},
        {"subject": "QuxNet"},
        {"subject": None},
        {"paper": "paper:2"},
        {"hedges": ("about",)},
    ],
    ids=repr,
)
def test_value_of_something_else(other: dict[str, str]) -> None:
    """Values of another metric, dataset, subject or paper, and hedged ones, are not compared."""
    slots = {"subject": "BERT", **other}
    results = (
        stated(SENTENCE, "3.5%", "delta", baseline="BERT"),
        stated(SENTENCE, "79.8%"),
        stated(SENTENCE, "77.3%", **slots),  # type: ignore[arg-type]  # slots of the claim
    )
    assert "arithmetic" not in checks(*results)[0]


def test_hedged_change_is_not_checked() -> None:
    """What is "about 3.5%" may be anything near it."""
    results = (
        stated(SENTENCE, "3.5%", "delta", baseline="BERT", hedges=("about",)),
        stated(SENTENCE, "79.8%"),
        stated(SENTENCE, "77.3%", subject="BERT"),
    )
    assert checks(*results) == [[], [], []]


def test_rivals_without_a_name_are_not_compared() -> None:
    """A value of nobody knows whom is not taken for that of the unnamed subject."""
    results = (
        stated(SENTENCE, "3.5%", "delta", subject=None, baseline="BERT"),
        stated(SENTENCE, "79.8%", subject=None),
        stated(SENTENCE, "77.3%", subject="BERT"),
    )
    assert checks(*results) == [[], [], []]


def test_table_in_a_sentence_is_not_checked() -> None:
    """Of seven values in one sentence it is too uncertain which are compared; of six it is not."""
    values = ["70%", "77%", "1%", "2%", "3%", "4%", "5%"]
    sentence = f"Accuracy rises by 9%, from 70% to 77%; elsewhere it is {', '.join(values[2:])}."
    for number, expected in ((6, ["arithmetic"]), (7, [])):
        results = (stated(sentence, "9%", "delta"), *(stated(sentence, value) for value in values[:number]))
        assert checks(*results)[0] == expected


def test_pair_is_named_alike_in_any_order() -> None:
    """The reason names the two values in one order, whichever result comes first."""
    results = (
        stated(SENTENCE, "3.5%", "delta", baseline="BERT"),
        stated(SENTENCE, "79.8%"),
        stated(SENTENCE, "77.3%", subject="BERT"),
    )
    assert check_results(results) == check_results(results[::-1]) != {}


def test_two_pairs_decide_nothing() -> None:
    """Where it is open which values the change is between, nothing is found."""
    sentence = "FooNet reaches 79.8%, 3.5% above BERT, which reaches 77.3% or 70.1%."
    results = (
        stated(sentence, "3.5%", "delta", baseline="BERT"),
        stated(sentence, "79.8%"),
        *(stated(sentence, value, subject="BERT") for value in ("77.3%", "70.1%")),
    )
    assert checks(*results)[0] == []


def test_two_changes_of_one_pair() -> None:
    """Points and percent of one rise are checked each for itself."""
    sentence = "Accuracy rises from 70% to 77%, by 7 points, 15% relative, 10% in truth."
    results = (
        stated(sentence, "7 points", "delta"),
        stated(sentence, "15%", "relative"),
        stated(sentence, "10%", "relative"),
        *(stated(sentence, value) for value in ("70%", "77%")),
    )
    assert checks(*results) == [[], ["arithmetic"], [], [], []]


# --- conflict ----------------------------------------------------------------------------------


def papers(*values: str, **slots: object) -> list[Stated]:
    """Return one claim a paper, each of one value."""
    return [
        stated(f"It reaches {value}.", value, paper=f"paper:{number}", **slots)  # type: ignore[arg-type]  # slots
        for number, value in enumerate(values, 1)
    ]


def test_papers_that_state_different_values() -> None:
    """Both results name the other paper and its value."""
    assert found(*papers("71.5%", "64.2%")) == [
        ("conflict: paper:2 states 64.2%",),
        ("conflict: paper:1 states 71.5%",),
    ]


@pytest.mark.parametrize(
    ("one", "other", "metric"),
    [
        ("71.5%", "71.5%", "accuracy"),
        ("71.5%", "71.5", "accuracy"),
        ("71.5%", "71.50 points", "accuracy"),
        ("71.5%", "72%", "accuracy"),
        ("71.5%", "0.72", "accuracy"),
        ("71.52%", "71.5%", "accuracy"),
        ("71.5%", "0.715", "accuracy"),
        ("72%", "0.715", "accuracy"),
        ("71.5%", "0.71499", "accuracy"),
        ("28.4", "28.4%", "BLEU"),
        ("0.284", "28.4", "BLEU"),
        ("31 dB", "31", "PSNR"),
        ("71.5ms", "71.5s", "latency"),
        ("71.5", "71.50", "wugginess"),
    ],
)
def test_papers_that_agree(one: str, other: str, metric: str) -> None:
    """Values that are equal after rounding, in percent, points or as fractions, are no conflict."""
    assert checks(*papers(one, other, metric=metric)) == [[], []]
    assert checks(*papers(other, one, metric=metric)) == [[], []]


@pytest.mark.parametrize(
    ("one", "other", "metric"),
    [
        ("71.5%", "71.6%", "accuracy"),
        ("71.5%", "73%", "accuracy"),
        ("71.5%", "0.725", "accuracy"),
        ("28.4", "38.4%", "BLEU"),
        ("3.6", "0.036", "MOS"),
        ("2", "200%", "WER"),
        ("31 dB", "29", "PSNR"),
        ("71.5ms", "61.5ms", "latency"),
        ("71.5", "0.715", "wugginess"),
    ],
)
def test_papers_that_disagree(one: str, other: str, metric: str) -> None:
    """Rounding explains half a unit of the coarser value, and only shares are fractions of one."""
    assert [names[-1:] for names in checks(*papers(one, other, metric=metric))] == [
        ["conflict"],
        ["conflict"],
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "BERT"},
        {"dataset": "QuxBank"},
        {"metric": "F1"},
        {"metric": "top-1 accuracy"},
        {"kind": "delta"},
        {"hedges": ("up to",)},
        {"paper": "paper:1"},
    ],
    ids=repr,
)
def test_values_of_different_things(other: dict[str, str]) -> None:
    """Another subject, dataset, metric or kind, a bound, or the same paper: no conflict."""
    slots = {"paper": "paper:2", **other}
    one, two = stated("It is 71.5%.", "71.5%"), stated("It is 64.2%.", "64.2%", **slots)  # type: ignore[arg-type]  # slots
    assert checks(one, two) == [[], []]


@pytest.mark.parametrize("slot", ["subject", "metric", "dataset"])
def test_unknown_slots_conflict_with_nothing(slot: str) -> None:
    """Two results without a subject, a metric or a dataset need not be about one thing."""
    assert checks(*papers("71.5%", "64.2%", **{slot: None})) == [[], []]


def test_paper_that_also_states_the_value_of_the_other() -> None:
    """A paper with several values, one of them shared, tells of several settings."""
    one, two = papers("71.5%", "64.2%")
    also = stated("It reaches 71.5%.", "71.5%", paper="paper:2")
    assert checks(one, two, also) == [[], [], []]


def test_conflict_names_three_others_at_most() -> None:
    """Further papers are counted."""
    assert found(*papers("10%", "20%", "30%", "40%", "50%"))[0] == (
        "conflict: paper:2 states 20%, paper:3 states 30%, paper:4 states 40% and 1 more",
    )


def test_conflict_names_only_who_disagrees() -> None:
    """A third paper that agrees is not among those named."""
    one, two, three = found(*papers("71.5%", "64.2%", "71.5%"))
    assert one == three == ("conflict: paper:2 states 64.2%",)
    assert two == ("conflict: paper:1 states 71.5%, paper:3 states 71.5%",)


# --- all ---------------------------------------------------------------------------------------


def test_findings_stand_in_the_order_of_the_checks() -> None:
    """A result may be wrong in several ways."""
    sentence = "It reaches 140%, and gains 240% relative, up from 120%."
    results = (
        stated(sentence, "140%"),
        stated(sentence, "240%", "delta"),
        stated("It reaches 120%.", "120%", paper="paper:2"),
    )
    assert checks(*results) == [["range", "conflict"], ["range", "unit"], ["range", "conflict"]]


def test_claim_that_a_paper_repeats_has_each_finding_once() -> None:
    """Two results of one id, the same claim in two sentences, share their findings."""
    one = stated("It reaches 140%.", "140%")
    again = dataclasses.replace(one, result=dataclasses.replace(one.result, start=50, end=66))
    expected = ("range: 140 is above 100, the most that accuracy can be",)
    assert check_results([one, again]) == {one.id: expected}


def test_nothing_to_check() -> None:
    """No results, and results without fault, have no findings."""
    assert check_results([]) == {}
    assert check_results([stated("It reaches 71.5%.", "71.5%")]) == {}


_values = st.sampled_from(["71.5%", "0.64", "140", "2x", "half", "3 points", "30-40%", "1/3", "5ms", None])
_stated = st.builds(
    lambda value, kind, metric, direction, *ends: stated(
        f"FooNet reaches {value}, from 70% to 77%, relative.",
        value,
        kind,
        metric,
        direction=direction,
        **dict(zip(("subject", "dataset", "baseline", "paper"), ends, strict=True)),
    ),
    _values,
    st.sampled_from(KINDS),
    st.sampled_from(["accuracy", "BLEU", "latency", "wugginess", None]),
    st.sampled_from([*DIRECTIONS, None]),
    st.sampled_from(["FooNet", "BERT", None]),
    st.sampled_from(["BazBank", None]),
    st.sampled_from(["FooNet", "BERT", None]),
    st.sampled_from(["paper:1", "paper:2", "paper:3"]),
)


@given(st.lists(_stated, max_size=12), st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order(results: list[Stated], chance: random.Random) -> None:
    """Shuffled results have the same findings; each names its check and a reason, none twice."""
    findings = check_results(results)
    shuffled = list(results)
    chance.shuffle(shuffled)
    assert check_results(shuffled) == findings
    assert findings.keys() <= {each.id for each in results}
    order = list(CHECKS)
    for reasons in findings.values():
        names = [reason.partition(": ")[0] for reason in reasons]
        assert names
        assert names == sorted(names, key=order.index)
        assert all(reason.partition(": ")[2] for reason in reasons)
        assert len(set(reasons)) == len(reasons)


@given(st.decimals(0, 10**9, allow_nan=False, places=4))
def test_value_never_conflicts_with_itself(number: Decimal) -> None:
    """Two papers that state one number agree, however it is written."""
    assert checks(*papers(f"{number}", f"{number.normalize():f}", metric="wugginess")) == [[], []]
