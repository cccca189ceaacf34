"""Pages in a real, headless Chromium: what their tests share.

    with Browser() as page:
        page.open("page.html")
        page.check(page.count("svg") > 0, "there are charts")
    page.conclude()

A page that asks for anything but itself, or writes an error to the console, fails the test. Exit codes: 0, 1 for a
failure, 77 where there is no Chromium or no Selenium.
"""

import json
import os
import shutil
import sys
import tempfile

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.keys import Keys  # noqa: F401, for the tests
except ImportError:
    print("skipped: Selenium for Python is missing (Debian's python3-selenium)")
    sys.exit(77)

for program in ("chromium", "chromedriver"):
    if not shutil.which(program):
        print(f"skipped: {program} is missing (Debian's chromium and chromium-driver)")
        sys.exit(77)


class Browser:
    def __init__(self, width=1280, height=900, dark=False):
        self.failures = 0
        self.profile = tempfile.mkdtemp(prefix="rewind-chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                     f"--window-size={width},{height}", f"--user-data-dir={self.profile}",
                     "--host-resolver-rules=MAP * ~NOTFOUND", "--no-first-run", "--disable-background-networking"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)
        self.size(width, height)
        self.dark(dark)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)

    # -- what a test does --

    def open(self, path):
        self.driver.get_log("performance")
        self.driver.get("file://" + os.path.abspath(path))
        self.quiet(f"{os.path.basename(path)} loads")

    def size(self, width, height, mobile=False):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})

    def dark(self, yes):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": "dark" if yes else "light"}]})

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def count(self, selector):
        return len(self.driver.find_elements("css selector", selector))

    def text(self, selector):
        return self.js("return document.querySelector(arguments[0]).textContent", selector)

    def click(self, selector):
        self.js("document.querySelector(arguments[0]).click()", selector)

    def slide(self, selector, value):
        self.js("const r = document.querySelector(arguments[0]); r.value = arguments[1];"
                "r.dispatchEvent(new Event('input', {bubbles: true}))", selector, value)

    def press(self, selector, *keys):
        """Keys to an element that has the focus; real key events."""
        element = self.find(selector)
        self.js("arguments[0].focus()", element)
        element.send_keys(*keys)

    def pixels(self, selector):
        """What a canvas shows, as a string to compare."""
        return self.js("return document.querySelector(arguments[0]).toDataURL()", selector)

    def screenshot(self, path, whole=False):
        """The window, or the whole page."""
        if whole:
            height = self.js("return document.documentElement.scrollHeight")
            width = self.js("return innerWidth")
            shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
                "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}})
            import base64
            with open(path, "wb") as file:
                file.write(base64.b64decode(shot["data"]))
        else:
            self.driver.save_screenshot(path)

    # -- what a test asserts --

    def check(self, truth, what):
        print(("ok: " if truth else "FAILED: ") + what)
        self.failures += not truth

    def quiet(self, what):
        """No errors since the last time, and nothing was asked for but files of the page itself."""
        errors = [e["message"] for e in self.driver.get_log("browser") if e["level"] in ("SEVERE", "WARNING")]
        asked = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        foreign = [u for u in asked if not u.startswith(("file://", "data:", "blob:", "about:"))]
        self.check(not errors and not foreign, f"{what} without errors or requests {errors + foreign or ''}".strip())

    def no_sideways_scroll(self, what):
        wide = self.js("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
        self.check(wide <= 0, f"{what}: the page does not scroll sideways ({wide} px too wide)" if wide > 0 else
                   f"{what}: the page does not scroll sideways")

    def until(self, script, what):
        """Waits for a condition of the page; two minutes at most."""
        from selenium.webdriver.support.ui import WebDriverWait
        try:
            WebDriverWait(self.driver, 120, 0.02).until(lambda _: self.js("return " + script))
            self.check(True, what)
        except Exception:  # noqa: BLE001, whatever it was the condition did not come
            self.check(False, what)

    def conclude(self):
        if not self.failures:
            print("all as expected")
        sys.exit(1 if self.failures else 0)


def make_page(program, kind, data, folder, name):
    """A page by tests/examples/pages/make_page from data; its path."""
    import subprocess
    source, page = os.path.join(folder, name + ".json"), os.path.join(folder, name + ".html")
    with open(source, "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False)
    subprocess.run([program, kind, source, page], check=True)
    return page
