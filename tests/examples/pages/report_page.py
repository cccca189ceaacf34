"""The page of a report: report_page.py MAKE_PAGE [PAGE...]. Every control changes what is shown, by mouse and by keys;
nothing in the data is more than text. PAGES of real runs, if there are, load and fit as well."""

import os
import sys
import tempfile

from browser import Browser, Keys, make_page
from report_data import report_data, with_mistakes

SCRIPTS = "report.css,report_curves.js,report_confusion.js,report_mistakes.js,report_attention.js,report_compare.js,report_page.js"
HOSTILE = ["</script><script>window.hurt = 1</script>", "<!-- <script>", '"', "'", "\u2028\u2029",
           "<img src=x onerror='window.hurt = 1'>", "\\", "&lt;", "\0", "", "語 👩‍🚀", "x" * 300]


def curves(page):
    page.check(page.count("#curves .chart svg") == 5, "five charts")
    page.check(page.js("return [...document.querySelectorAll('#curves .line')].every((l) => l.getAttribute('d').length > 20)"),
               "each with a line")
    before = page.js("return document.querySelector('#curves .chart svg').innerHTML")
    page.click("#curves .switch button:nth-child(2)")
    page.check("seconds" in page.text("#curves .chart svg") and
               before != page.js("return document.querySelector('#curves .chart svg').innerHTML"), "the switch draws them against seconds")
    page.click("#curves .switch button:nth-child(1)")
    page.check("step" in page.text("#curves .chart svg"), "and back")
    page.press("#curves .chart svg", Keys.ARROW_RIGHT)
    page.check("training" in page.text("#curves .tip").lower(), "arrow keys read a number")
    page.js("document.querySelector('#curves details').open = true")
    page.until("document.querySelectorAll('#curves details tbody tr').length === 40", "a chart is a table too")


def samples(page):
    page.check("sample 800" in page.text("#samples .sample"), "the last sample is shown")
    page.slide("#samples input", 0)
    page.check("sample 200" in page.text("#samples .sample") and "200" in page.text("#samples output"), "the slider shows the first")
    page.press("#samples input", Keys.ARROW_RIGHT)
    page.check("sample 400" in page.text("#samples .sample"), "an arrow key the next")


def confusion(page):
    cells = page.js("return [...document.querySelectorAll('.confusion td')].map((c) => c.textContent)")
    page.check(cells == ["90", "10", "", "100"], f"shares of the rows: {cells}")
    page.js("document.querySelectorAll('.confusion td')[1].dispatchEvent(new PointerEvent('pointerenter'))")
    page.check("10 of 100" in page.text("#confusion .readout"), "a cell is read")
    colours = page.js("return [...document.querySelectorAll('.confusion td')].map((c) => c.style.background)")
    page.check(len(set(colours)) >= 3, "cells have colours")
    page.click("#theme")
    page.check(page.js("return [...document.querySelectorAll('.confusion td')].map((c) => c.style.background)") != colours,
               "and others in the dark")
    page.js("localStorage.clear()")


def mistakes(page, kind):
    colours = page.js("return [...document.querySelectorAll('#mistakes [data-influence]')].map((s) => s.style.background)")
    page.check(len(colours) >= 4 and len(set(colours)) >= 3, f"{kind}: words are coloured by influence")
    if kind == "texts":
        page.check(page.count("#mistakes .gap") == 1 and page.count("#mistakes .unknown") == 1, "a gap, and an unknown word")
        page.check("20 of 90" in page.text("#mistakes"), "how many are wrong")
    if kind == "spans":
        page.check(page.count("#mistakes .gold.of") == 2 and page.count("#mistakes .found.of") == 2 and
                   page.count("#mistakes .agrees") == 1, "right and found spans are marked")
        page.check("Right: fine: fine a. Found: PER: fine; LOC: fine." in page.text("#mistakes"), "and said")
    if kind == "symbols":
        page.check("↵" in page.text("#mistakes .target"), "the costly symbol is seen")
        page.check("[object" not in page.text("#mistakes"), "only text")


def attention(page):
    choose = "const s = document.querySelector('#attention select'); s.value = arguments[0];" \
             "s.dispatchEvent(new Event('change'))"
    labels = "return [...document.querySelectorAll('#attention .across span')].map((s) => s.textContent)"
    page.check(page.js(labels) == ["fine", "a", "film", "fine"] and page.count("#attention .down span") == 2,
               "source words along the top, those of the translation down the side")
    page.check("another fine" in page.text("#attention .facts"), "the reference stands beside it")
    even = page.pixels("#attention canvas")
    page.click("#attention .switch button:nth-child(2)")
    page.check(page.pixels("#attention canvas") != even, "another head has other weights")
    page.press("#attention .plot", Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.check("“fine” read “film” with weight 0.875" == page.text("#attention .readout"), "arrow keys read a weight")
    page.js("document.querySelector('#attention details').open = true")
    page.until("document.querySelectorAll('#attention tbody td').length === 10", "the weights are a table too")
    before = page.pixels("#attention canvas")
    page.click("#theme")
    page.check(page.pixels("#attention canvas") != before, "other colours in the dark")
    page.click("#theme")
    page.js(choose, 1)
    page.check("(nothing)" in page.text("#attention .facts") and page.js("return document.querySelector('#attention .heat').offsetHeight === 0"),
               "an empty translation has no weights")
    page.js(choose, 2)
    page.check(len(page.js(labels)) == 60 and page.count("#attention tbody td") == 61 and page.count("#attention .switch") == 0,
               "a long sentence with one head")
    page.press("#attention .plot", Keys.END, Keys.END)
    page.check("“Wort59”" in page.text("#attention .readout") and page.js("return document.querySelector('#attention .heat').scrollLeft > 0"),
               "it scrolls by itself, to the cell that is read")
    page.js("localStorage.clear()")


def comparison(page):
    page.check(page.count("#task-0 .chart svg") == 2 and page.count("#task-0 table tr") >= 3, "charts and a table of a task")
    page.check("23,456" in page.text("#task-0") and "0.4 to 0.6" in page.text("#task-0") and "diverged" in page.text("#task-0"),
               "whole numbers, means with their spread, and what diverged")


def fits(page, path, name):
    for width in (400, 800, 1280):
        page.size(width, 800, mobile=width == 400)
        page.open(path)
        page.no_sideways_scroll(f"{name}, {width} px")
    page.dark(True)
    page.open(path)
    dark = page.js("return getComputedStyle(document.body).backgroundColor")
    page.dark(False)
    page.open(path)
    page.check(dark != page.js("return getComputedStyle(document.body).backgroundColor"), f"{name}: the system's dark colours")


def main():
    program, real = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder, Browser() as page:
        for kind in ("texts", "spans", "symbols"):
            path = make_page(program, SCRIPTS, with_mistakes(kind), folder, kind)
            page.open(path)
            mistakes(page, kind)
            if kind == "texts":
                curves(page), samples(page), confusion(page), attention(page), comparison(page)
                page.check("interrupted" in page.text(".alert"), "what must not be missed stands out")
                page.check("given" in page.js("document.querySelectorAll('#again details').forEach((d) => d.open = true);"
                                              "return document.querySelector('#again').textContent"), "flags that were given")
            page.quiet(f"a report with {kind}")
            fits(page, path, kind)
        for number, text in enumerate(HOSTILE):
            for kind in ("texts", "spans", "symbols"):
                path = make_page(program, SCRIPTS, with_mistakes(kind, text), folder, "hostile")
                page.open(path)
                page.check(page.js("return window.hurt === undefined") and page.count("#again") == 1 and page.count("img") == 0,
                           f"hostile text {number} stays text, {kind}")
                page.no_sideways_scroll(f"hostile text {number}")
        empty = {**report_data(), "mistakes": {"kind": "texts", "items": []}, "comparison": [], "confusion": None, "attention": None, "note": "",
                 "run": {**report_data()["run"], "samples": [], "curves": {k: [] for k in report_data()["run"]["curves"]},
                         "validations": {"step": [], "seconds": [], "value": []}}}
        page.open(make_page(program, SCRIPTS, empty, folder, "empty"))
        page.check("Nothing was measured yet" in page.text("#curves") and page.count("#mistakes") == 0, "a run that has nothing to show")
        for path in real:
            fits(page, path, os.path.basename(path))
            page.check(os.path.getsize(path) < 1_000_000, f"{path} is under 1 MB")
        page.conclude()


main()
