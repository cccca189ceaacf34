#!/usr/bin/env python3
"""quotes.py PAGE PROGRAMS: does the page of a lesson say what its programs do?

Runs the lesson's program and its two solutions (PROGRAMS/<lesson>, PROGRAMS/solutions/<lesson>_1 and _2): each must return 0.
In the page, a block ```text is printed by the lesson, ```text <lesson>_1 by that solution, and ```cpp stands in the lesson's
source, whitespace apart. Lines "..." leave something out; the pieces between them must be whole and in order.
"""
import os
import re
import subprocess
import sys

failures = []


def check(holds, message):
    if not holds:
        failures.append(message)
        print("FAILED:", message)


def pieces(text):
    """The parts between lines that are "..."."""
    parts = re.split(r"^\s*\.\.\.\s*$", text, flags=re.MULTILINE)
    return [part.strip("\n") for part in parts if part.strip()]


def in_order(parts, whole):
    """The first part that does not stand in `whole` behind the one before; None: all do."""
    at = 0
    for part in parts:
        found = whole.find(part, at)
        if found < 0:
            return part
        at = found + len(part)
    return None


def lines(text):
    """Each line between two newlines, without blanks at its end: a piece is found only as whole lines."""
    return "\n" + "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def squeezed(text):
    return re.sub(r"\s+", "", text)


def run(program):
    done = subprocess.run([program], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    check(done.returncode == 0, f"{program} returned {done.returncode}:\n{done.stdout}{done.stderr}")
    return lines(done.stdout)


def main():
    page, programs = sys.argv[1:]
    folder, lesson = os.path.dirname(page), os.path.basename(page)[:-3]
    text = open(page, encoding="utf-8").read()
    source = open(f"{folder}/{lesson}.cpp", encoding="utf-8").read()
    names = [lesson, f"{lesson}_1", f"{lesson}_2"]
    printed = {n: run(f"{programs}/{n}" if n == lesson else f"{programs}/solutions/{n}") for n in names}

    quoted = set()
    for kind, name, block in re.findall(r"^```(text|cpp)[ ]*(\S*)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        name = name or lesson
        check(name in names, f"a block is of '{name}'; the programs are {', '.join(names)}")
        if kind == "cpp":
            at = source if name == lesson else open(f"{folder}/solutions/{name}.cpp", encoding="utf-8").read()
            missing = in_order([squeezed(p) for p in pieces(block)], squeezed(at))
        else:
            missing = in_order([lines(p)[1:] for p in pieces(block)], printed.get(name, ""))
            quoted.add(name)
        check(missing is None, f"{os.path.basename(page)} quotes of {name} what is not there:\n{missing}")
    check(quoted == set(names), f"not every program is quoted: {sorted(quoted)}")

    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "`", text, flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", prose):
        if not link.startswith("http"):
            check(os.path.exists(os.path.join(folder, link)), f"a link to {link}, which is not there")
    check(source.count("\n") <= 120, f"{lesson}.cpp has {source.count(chr(10))} lines: at most 120")
    check(f"({lesson}.md)" in open(f"{folder}/README.md", encoding="utf-8").read(), f"README.md has no link to {lesson}.md")
    if not failures:
        print(f"{lesson}: what it quotes is what is printed")
    sys.exit(1 if failures else 0)


main()
