"""The page of bptt_ledger: ledger_page.py MAKE_PAGE BPTT_LEDGER [SCREENSHOTS]. Every control changes what is shown, by
mouse and by keys; nothing in the data is more than text; a page of 200 steps is small and quick; the program's own page
is as well. Screenshots go into the folder."""

import os
import subprocess
import sys
import tempfile

from browser import Browser, Keys, make_page
from ledger_data import ledger_data

NETWORK = ".network-scroll"
HOSTILE = ["</script><script>window.hurt = 1</script>", "<!-- <script>", '"', "'", "\u2028", "\u2029",
           "<img src=x onerror=hurt()>",
           "\\", "&lt;", "\0", " ", "\n", "é", "語", "👩‍🚀"]


def fills(page):
    return page.js("return [...document.querySelectorAll('.network .box rect')].map((r) => r.style.fill).join()")


def changes(page, what, look, act):
    before = look()
    act()
    page.check(look() != before, f"{what} changes what is shown")


def play_through(page):
    frames = int(page.js("return document.querySelector('.time').max"))
    page.check(frames == 2 * page.count(".network .box"), "a frame for each box, forward and back")
    changes(page, "the slider of time", lambda: fills(page), lambda: page.slide(".time", frames // 3))
    page.check("Forward" in page.text(".phase") and page.count(".box.now") == 1,
               "it says that it runs forward, and where")
    changes(page, "a step forward", lambda: fills(page), lambda: page.click("[data-act='Step forward']"))
    changes(page, "a step back", lambda: fills(page), lambda: page.click("[data-act='Step back']"))
    changes(page, "the key →", lambda: fills(page), lambda: page.press(NETWORK, Keys.ARROW_RIGHT))
    changes(page, "the key ←", lambda: fills(page), lambda: page.press(NETWORK, Keys.ARROW_LEFT))
    page.js("const c = document.querySelector('.overview'), b = c.getBoundingClientRect();"
            "c.dispatchEvent(new MouseEvent('click', {bubbles: true, clientX: b.left + 20.5 / 48 * b.width,"
            "                                         clientY: b.top + 2}))")
    page.check("loss, step 20" in page.text("#unrolled .readout"), "a click on the run at a glance goes there")
    page.press(NETWORK, Keys.END)
    page.check("Rewind" in page.text(".phase") and page.js("return +document.querySelector('.time').value") == frames,
               "End goes to the end of the rewind")
    page.press(NETWORK, Keys.HOME)
    page.check("Not started" in page.text(".phase") and not page.count(".box.reached"),
               "Home goes to the start: nothing has a colour")
    page.press(NETWORK, " ")
    page.until("+document.querySelector('.time').value > 3", "the space bar plays")
    page.press(NETWORK, " ")
    page.check("Play" in page.text("[data-act='Play']"), "and stops")
    page.click("[data-act='To the loss, where the rewind begins']")
    page.check("Rewind" in page.text(".phase") and page.count(".box.reached") == 1,
               "the rewind begins with one box, the last loss")
    page.check("step 47" in page.text("#unrolled .readout"), "a sentence says which")
    page.js("const s = document.querySelector('.player select'); s.value = 3; s.dispatchEvent(new Event('change'))")
    page.click("[data-act='Play']")
    page.until("+document.querySelector('.time').value === +document.querySelector('.time').max",
               "playing ends at the end")
    page.quiet("playing")


def fold_and_unfold(page):
    boxes = page.count(".network .box")
    page.slide(".time", boxes // 2)
    page.click(".unfold")
    page.check(page.count(".network .op") > 10 and page.count(".cell-frame") >= 1,
               "unfolding shows the operations of a step")
    changes(page, "a step inside of it", lambda: fills(page), lambda: page.press(NETWORK, Keys.ARROW_LEFT))
    page.press(NETWORK, Keys.ENTER)
    page.check(page.count(".network .box") == boxes, "Enter folds it again")
    page.js("document.querySelector('.box:not(.weight)').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    page.check(page.count(".network .op") > 5, "a click on a box unfolds its step")
    page.js("document.querySelector('.box.op').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    one, all_steps = "#unrolled .switch button:nth-child(2)", "#unrolled .switch button:nth-child(1)"
    page.click(one)
    page.check(page.count(".network .box:not(.weight)") == 3 and page.count(".link.loop") == 1,
               "all folds to one cell with a loop")
    step = lambda: page.text(".network .step")
    changes(page, "the run in one cell", step,
            lambda: page.slide(".time", page.js("return Math.round(document.querySelector('.time').max / 8)")))
    page.click(".unfold")
    page.check(page.count(".link.loop") == 2, "its operations unfold: h and c come back")
    page.click(".unfold")
    page.click(all_steps)
    page.check(page.count(".network .box") == boxes, "and the cell unfolds to all steps")
    page.quiet("folding")


def ledger_and_truncation(page):
    cells = lambda: page.pixels("#ledger .heat canvas")
    changes(page, "truncation", cells, lambda: page.slide(".k2", 3))
    page.check("k₂ = 3" in page.text(".cut-readout") and "°" in page.text(".cut-readout"),
               "norm ratio and angle are told")
    page.press(".k2", Keys.ARROW_RIGHT)
    page.check("k₂ = 4" in page.text(".cut-readout"), "the arrow keys move it")
    changes(page, "the signed share", cells, lambda: page.click("#ledger .switch button:nth-child(2)"))
    page.click("#ledger .switch button:nth-child(1)")
    choose = "const s = document.querySelector('#ledger select'); s.value = %d; s.dispatchEvent(new Event('change'))"
    changes(page, "another weight", cells, lambda: page.js(choose % 2))
    page.js(choose % 0)
    page.press("#ledger .plot", Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_RIGHT)
    said = page.text("#ledger .heat + .readout")
    page.check("Loss at t = 2" in said and "k = 1" in said, "arrow keys read a cell")
    page.click(".pairs-of summary")
    page.check(page.count(".pairs tbody tr") >= 6, "there is a table of (k1, k2)")


def the_other_views(page):
    page.check(page.count("#jacobians svg") == 3, "three cells stand side by side")
    page.press("#jacobians svg", Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    page.check("σ₁" in page.text("#jacobians .tip"), "arrow keys read a curve")
    page.click("#jacobians details summary")
    page.until("document.querySelectorAll('#jacobians table tr').length > 40", "a chart is a table too")
    colours = lambda: page.js("return [...document.querySelectorAll('.sentence span')]"
                              ".map((s) => s.style.background).join()")
    changes(page, "a click on a symbol", colours, lambda: page.click(".sentence [data-k='19']"))
    page.check("t = 19" in page.text(".prediction") and "nats" in page.text(".prediction"),
               "it says what was to be predicted, and the loss")
    changes(page, "the key ← in the sentence", colours, lambda: page.press(".sentence", Keys.ARROW_LEFT))
    strip = lambda: page.pixels(".strip canvas")
    changes(page, "gradients of the states", strip, lambda: page.click("#units .switch button:nth-child(2)"))
    page.click("#units .switch button:nth-child(1)")
    page.quiet("reading the views")


def snapshots_change_all(page):
    page.click("[data-act='To the end']")
    looks = [("the network", lambda: fills(page)), ("the ledger", lambda: page.pixels("#ledger .heat canvas")),
             ("the Jacobians", lambda: page.js("return document.querySelector('#jacobians .line').getAttribute('d')")),
             ("the sentence", lambda: page.text(".prediction")), ("the units", lambda: page.pixels(".strip canvas")),
             ("the residual's line", lambda: page.text(".residual"))]
    before = [look() for _, look in looks]
    page.click(".bar .switch button:nth-child(3)")
    for (name, look), old in zip(looks, before):
        page.check(look() != old, f"another snapshot changes {name}")


def themes_and_widths(page, shots):
    paper = lambda: page.js("return getComputedStyle(document.body).backgroundColor")
    light, cells = paper(), page.pixels("#ledger .heat canvas")
    page.dark(True)
    page.until("document.documentElement.dataset.theme === 'dark'", "the system's dark theme is followed")
    page.check(paper() != light and page.pixels("#ledger .heat canvas") != cells, "dark: paper and maps are others")
    shots("dark")
    page.click("#theme")
    page.check(paper() == light, "the button changes back to light")
    page.js("location.reload()")
    page.until("document.readyState === 'complete' && document.documentElement.dataset.theme === 'light'",
               "which is remembered")
    page.dark(False)
    for width in (400, 700):
        page.size(width, 800)
        page.until(f"innerWidth === {width}", f"{width} pixels")
        page.click(".unfold")
        page.no_sideways_scroll(f"{width} pixels wide")
        shots(f"{width}")
    page.size(1280, 900)
    page.quiet("themes and widths")


def hostile_text(page, program, folder):
    data = ledger_data(len(HOSTILE), 8)
    data["text"], data["targets"] = HOSTILE, HOSTILE[1:] + HOSTILE[:1]
    data["title"] = data["command"] = data["model"]["weights_from"] = HOSTILE[0] + HOSTILE[1]
    page.open(make_page(program, "ledger", data, folder, "hostile"))
    page.check(page.js("return window.hurt === undefined && !document.querySelector('img')"),
               "hostile text does nothing")
    page.check(page.text("h1") == data["title"] and page.js("return document.title") == data["title"],
               "the title is the text that it is")
    page.check(page.js("return pageData().text") == HOSTILE, "the text arrives as it is")
    page.check(page.count(".sentence [data-k]") == len(HOSTILE) and page.count("section") == 5,
               "and all views are there")


STEP_TIMES = """
const slider = document.querySelector('.time'), times = [];
const step = document.querySelector("[data-act='Step forward']"), from = +arguments[0];
slider.value = from; slider.dispatchEvent(new Event('input'));
for (let i = 0; i < 50; ++i) {
  const begin = performance.now();
  step.click();
  document.querySelector('.network').getBoundingClientRect();
  document.body.offsetHeight;
  times.push(performance.now() - begin);
}
return times.sort((a, b) => a - b);
"""


def long_text(page, program, folder, shots):
    path = make_page(program, "ledger", ledger_data(200, 128), folder, "long")
    size = os.path.getsize(path) / 1e6
    page.check(size < 5, f"200 steps of 128 units: {size:.2f} MB, less than 5")
    page.open(path)
    frames = int(page.js("return document.querySelector('.time').max"))
    for name, at in (("forward", frames // 4), ("rewind", 3 * frames // 4)):
        times = page.js(STEP_TIMES, at)
        took = f"{times[25]:.1f} ms (median of 50; largest {times[-1]:.1f})"
        print(f"200 steps, {name}: a step takes {took}")
    page.quiet("200 steps")
    shots("200")


def page_of_the_program(page, program, folder):
    path = os.path.join(folder, "own.html")
    subprocess.run([program, "--out", path, "--cell", "gru", "--layers", "2", "--embed", "4", "--hidden", "8", "--length",
                    "12", "--updates", "0,2", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    page.open(path)
    page.check(page.count(".row-names span") >= 5 and page.count(".network .symbol") == 24, "bptt_ledger's page: its rows, 12 steps")
    changes(page, "a step through it", lambda: fills(page), lambda: page.slide(".time", 20))
    changes(page, "unfolding", lambda: page.count(".network .box"), lambda: page.click(".unfold"))
    changes(page, "its second snapshot", lambda: page.pixels("#ledger .heat canvas"),
            lambda: page.click(".bar .switch button:nth-child(2)"))
    page.check(page.count("#jacobians svg") == 3 and page.count(".strip") >= 6, "three cells, states and gates")
    page.quiet("bptt_ledger's page")


def main():
    program, ledger = sys.argv[1:3]
    folder = sys.argv[3] if len(sys.argv) > 3 else None
    with tempfile.TemporaryDirectory() as made, Browser() as page:
        def shots(name):
            if folder:
                page.screenshot(os.path.join(folder, name + ".png"), whole=True)

        page.open(make_page(program, "ledger", ledger_data(48, 32), made, "ledger"))
        shots("light")
        play_through(page)
        fold_and_unfold(page)
        ledger_and_truncation(page)
        the_other_views(page)
        snapshots_change_all(page)
        themes_and_widths(page, shots)
        hostile_text(page, program, made)
        long_text(page, program, made, shots)
        page_of_the_program(page, ledger, made)
    page.conclude()


main()
