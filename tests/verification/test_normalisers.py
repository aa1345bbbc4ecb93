"""What may differ between two runs, each with a name; and what never may."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.verification.comparison import difference_of
from site_builder.verification.normalisers import CHANGES, DEFAULT, NAMES, Normalisers, chosen, wrong_names


def equal(first: str, second: str, *words: str, machines: tuple[str, ...] = ()) -> bool:
    return not difference_of(first.split("\n"), second.split("\n"), chosen(words), machines)


PASSES = [
    ("addresses", "<function f at 0x7f01>", "<function f at 0x7f99>"),
    ("addresses", "<Line2D object at 0x0000020A1B2C3D4E>", "<Line2D object at 0x7ffa88ba71d0>"),
    ("addresses", "pointer 0x7ffa88ba71d0", "pointer 0x7ffa88ba71d8"),
    ("addresses", "&lt;sklearn.tree...x7f042c616db0&gt;", "&lt;sklearn.tree...x7f0729de2db0&gt;"),
    ("addresses", "<Array memory://139657088469184 shape=(10,)>", "<Array memory://139668952606848 shape=(10,)>"),
    ("addresses", "<_MainThread(MainThread, started 139656490378944)>", "<_MainThread(MainThread, started 139669421409984)>"),
    ("addresses", "<Thread(a, started daemon 139656490378944)>", "<Thread(a, started daemon 139669421409984)>"),
    ("addresses", f"<DisplayHandle display_id={'0a' * 16}>", f"<DisplayHandle display_id={'1b' * 16}>"),
    ("addresses", "IGRAPH f9a348b U--- 5 5 -- Ring", "IGRAPH 558334b U--- 5 5 -- Ring"),
    ("addresses", "+ edges from f9a348b (vertex names):", "+ edges from 558334b (vertex names):"),
    ("addresses", "+ 2/5 vertices, named, from f9a348b:", "+ 2/5 vertices, named, from 558334b:"),
    ("addresses", '<div class="a html-widget b" id="QwErTy">', '<div class="a html-widget b" id="AsDfGh">'),
    ("addresses", '<span id="QwErTy" style="x" class="a html-widget">', '<span id="AsDfGh" style="x" class="a html-widget">'),
    ("addresses", '<script type="application/json" data-for="QwErTy">', '<script type="application/json" data-for="AsDfGh">'),
    ("paths", "/tmp/RtmpIRRgVQ", "/tmp/Rtmp1m2MII"),
    ("paths", "/tmp/RtmpIRRgVQ/notes.csv", "/tmp/Rtmp1m2MII/notes.csv"),
    ("paths", "/tmp/RtmpIRRgVQ/file2f058fe0352", "/tmp/Rtmp1m2MII/file2db55869985"),
    ("paths", "/tmp/RtmpIRRgVQ/sites2f058fe0352.csv", "/tmp/Rtmp1m2MII/sites2db55869985.csv"),
    ("paths", "/tmp/tmpab12_xyz/data.csv", "/tmp/tmpzz99_abc/data.csv"),
    ("paths", "/tmp/tmp.AbC123xyz9/out", "/var/tmp/tmp.QQQQQQ/out"),
    ("paths", "/var/folders/q1/x_y/T/tmpabcdefgh/out", "/tmp/tmp12345678/out"),
    ("paths", r"C:\Users\me\AppData\Local\Temp\tmpabcdefgh\out", r"C:\Users\you\AppData\Local\Temp\tmp12345678\out"),
    ("paths", "/tmp/ipykernel_123/456.py:1: Warning", "/tmp/ipykernel_9/77.py:1: Warning"),
    ("progress", " 10%|█    | 1/10 [00:01<00:09]\n100%|█████| 10/10 [00:09]\ndone", "100%|█████| 10/10 [00:02]\ndone"),
    ("progress", "   ━━━━━━━━━━ 1.0/9.9 MB 3 MB/s", "   ━━━━━━━━━━ 9.9/9.9 MB 8 MB/s"),
    ("progress", "5/10 [====>.....] - ETA: 3s", "9/10 [=========>.] - ETA: 1s"),
    ("progress", "a: 100% \u20075/5\u2007[00:00&lt;00:00,\u2007160.48it/s]", "a: 100% \u20075/5\u2007[00:01&lt;00:00,\u20079.92it/s]"),
    ("progress", "[########] | 100% Completed | 102.41 ms", "[########] | 100% Completed | 103.88 ms"),
    ("progress", "  |======    |  60%\n  |==========| 100%", "  |==========| 100%"),
    ("progress", "  |++++++++++| 100% elapsed=02s  ", "  |++++++++++| 100% elapsed=03s  "),
    ("progress", "[======>---]  40%\n[==========] 100%", "[==========] 100%"),
    ("progress", "Working ■■■     40% | ETA:  2s\nWorking ■■■■■■■  100% | ETA:  0s", "Working ■■■■■■■  100% | ETA:  0s"),
    ("times", "took 1.25 s", "took 900 ms"),
    ("times", "   user  system elapsed \n  0.006   0.000   0.009 ", "   user  system elapsed \n  1.500   0.012   2.000 "),
    ("times", "2026-11-24T10:00:00+00:00", "2025-01-01 09:30:12.5Z"),
    ("times", "Tue Nov 24 10:00:00 UTC 2026", "Wed Nov 25 11:11:11 UTC 2026"),
    ("times", "Tue, 24 Nov 2026 10:00:00 +0000", "Wed, 25 Nov 2026 11:11:11 +0000"),
    ("times", "-rw-r--r-- 1 me me 5 Nov 24 10:00 a", "-rw-r--r-- 1 me me 5 Dec  1 2025 a"),
    ("times", "real\t0m0.012s", "real\t1m2.5s"),
    ("times", "1.2 µs ± 3 ns per loop (7 runs, 1,000,000 loops each)", "44 µs ± 900 ns per loop (7 runs, 10,000 loops each)"),
    ("host", "NVIDIA H100 80GB HBM3, 79.1 GiB", "NVIDIA A10, 22.5 GiB"),
    ("host", "Tesla T4 on 2 cores", "GeForce RTX 4090 on 64 cores"),
    ("host", "Intel(R) Xeon(R) CPU @ 2.20GHz", "AMD EPYC 7B13 64-Core Processor"),
    ("host", "Apple M2 Pro", "Apple M3 Max"),
    ("host", "__archspec  1             x86_64_v4", "__archspec  1             icelake"),
    ("host", "__linux     6.18.44       0", "__linux     6.5.0         0"),
    ("host", "Virtual packages: __glibc=2.36=0", "Virtual packages: __glibc=2.39=0"),
    ("float", "loss 0.12345 at 5", "loss 0.12346 at 5"),
    ("float=0.1", "loss 1.00", "loss 1.05"),
]


@pytest.mark.parametrize(("name", "first", "second"), PASSES)
def test_a_normaliser_lets_pass_what_it_names(name: str, first: str, second: str) -> None:
    assert equal(first, second, name)
    assert equal(first, second, "none", name)


@pytest.mark.parametrize(("name", "first", "second"), PASSES)
def test_nothing_passes_without_it(name: str, first: str, second: str) -> None:
    assert not equal(first, second, "none")
    assert equal(first, second) == (name in DEFAULT)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("0xff", "0xfe"),
        ("0xdeadbeef", "0xdeadbeee"),
        ("/tmp/results/a.csv", "/tmp/results/b.csv"),
        ("/tmp/tmpabcdefgh/a.csv", "/tmp/tmpabcdefgh/b.csv"),
        ("/tmp/RtmpIRRgVQ/notes.csv", "/tmp/Rtmp1m2MII/words.csv"),
        ("IGRAPH f9a348b U--- 5 5 -- Ring", "IGRAPH f9a348b U--- 5 6 -- Ring"),
        ("rows from f9a348b", "rows from 558334b"),
        ('<div class="html-widget" id="a">1</div>', '<div class="html-widget" id="a">2</div>'),
        ("| a |    | 50% |", "| a |    | 60% |"),
        ("| === | 50% of them", "| === | 60% of them"),
        ("[--] 50%", "[--] 60%"),
        ("10 | 20 | 30", "10 | 20 | 31"),
        ("took 1 s", "took 2 s"),
        ("the work started 20240101", "the work started 20240102"),
        ("50% 1/2 of them", "50% 2/4 of them"),
        ("1", "2"),
        ("a", "a\nb"),
    ],
)
def test_what_a_lesson_can_mean_never_passes_by_default(first: str, second: str) -> None:
    assert not equal(first, second)


def test_times_leave_other_numbers_alone() -> None:
    assert not equal("5 m wide", "6 m wide", "times")
    assert not equal("ratio 3:2", "ratio 3:4", "times")
    assert not equal("3 sheep", "4 sheep", "times")


def test_names_of_both_machines_are_taken_out_whole_and_only_with_host() -> None:
    machines = ("Chip 9000", "gpu", "")
    assert equal("ran on Chip 9000", "ran on Chip 9000", "none", machines=machines)
    assert equal("ran on Chip 9000", "ran on Other 1", "host", machines=("Chip 9000", "Other 1"))
    assert not equal("ran on Chip 9000", "ran on Other 1", machines=("Chip 9000", "Other 1"))
    assert not equal("a gpu", "a cpu", "host", machines=("gpu", "cpu"))
    assert not equal("Chip 90001", "Chip 90002", "host", machines=("Chip 9000",))


def test_options_add_to_the_default_and_none_begins_anew() -> None:
    assert chosen(()) == Normalisers(("addresses", "paths", "progress"), None)
    assert chosen(("times",)).names == ("addresses", "paths", "progress", "times")
    assert chosen(("none",)) == Normalisers((), None)
    assert chosen(("none", "times")).names == ("times",)
    assert chosen(("float",)).tolerance == 1e-3
    assert chosen(("float=1e-6",)).tolerance == 1e-6


@pytest.mark.parametrize("word", ["tims", "float=", "flot=1", "float=x", "float=2", "float=0", ""])
def test_words_that_name_nothing_are_told(word: str) -> None:
    expected = [] if word == "float=" else [word]
    assert [name for name, _ in wrong_names((word, *NAMES))] == expected


def test_the_hint_proposes_the_nearest_name() -> None:
    assert wrong_names(("tims", "xyz")) == (("tims", "did you mean 'times'?"), ("xyz", f"known: {', '.join(NAMES)}"))


@given(st.text(max_size=60), st.lists(st.sampled_from(NAMES), max_size=4))
def test_a_text_is_always_equal_to_itself_and_normalising_never_fails(text: str, words: list[str]) -> None:
    assert equal(text, text, *words)


@given(st.text("abc 0123456789.:-/", max_size=40), st.lists(st.sampled_from(NAMES), max_size=4))
def test_normalising_twice_is_normalising_once(text: str, words: list[str]) -> None:
    once = chosen(words).apply(text)
    assert chosen(words).apply(once) == once


@pytest.mark.parametrize(
    "piece", ["1", "a", " ", "1,", "1/", "1 ", "9% ", "[", "10%|", "/tmp", "0x", "Nov ", "1:", "NVIDIA ", "━", "1/1 [", "e1.", "-"]
)
def test_a_line_of_a_hundred_thousand_characters_takes_no_time(piece: str) -> None:
    line = piece * (100_000 // len(piece))
    started = time.perf_counter()
    chosen((*CHANGES, "float")).apply(line)
    assert time.perf_counter() - started < 5  # what is quadratic takes minutes
