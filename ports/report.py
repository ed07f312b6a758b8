#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What ports/check.sh found out, as a table, against the budgets.

    report.py FACTS BUDGETS --all|TARGET... [--write FILE]

FACTS is the folder that ports/check.sh fills, a file a target; BUDGETS is
ports/budgets.txt. Prints a line a target, exits 1 if a budget is passed or
its figure is missing. With --write the whole report goes into FILE; it holds
nothing that changes from run to run of the same sources and compilers.
"""
import os
import sys

LIBRARIES = ("libsodium", "libcbor", "protobuf-c", "libc", "board")


class Target:
    """The facts of one target."""

    def __init__(self, path):
        self.name = os.path.basename(path)
        self.tests = self.cases = None
        self.sizes = {}  # image -> group -> (code, data, bss)
        self.calls = []  # (name, input, stack, instructions)
        self.made_with = ""
        with open(path, encoding="utf-8") as file:
            for line in file:
                self.read(line.split())

    def read(self, words):
        kind, rest = words[0], words[1:]
        if kind == "tests":
            self.tests = [int(word) for word in rest]
        elif kind == "cases":
            self.cases = int(rest[0])
        elif kind == "size":
            image, group, *numbers = rest
            self.sizes.setdefault(image, {})[group] = [int(n) for n in numbers]
        elif kind == "measure":
            self.calls.append((rest[0], rest[1], int(rest[2]), int(rest[3])))
        elif kind == "with":
            self.made_with = " ".join(rest)

    def image(self):
        """The image that stands for the profile in the short table."""
        return "verify" if self.name.endswith("-verify") else "node"

    def sum(self, image, column, skip=("board",)):
        groups = self.sizes.get(image)
        if not groups:
            return None
        return sum(numbers[column] for group, numbers in groups.items()
                   if group not in skip)

    def stack(self):
        return max((call[2] for call in self.calls), default=None)


def order(name):
    """Linux machines first, as they are listed in ports/check.sh."""
    linux = ["host", "arm64", "armhf", "riscv64", "s390x"]
    return (linux.index(name) if name in linux else len(linux), name)


def load(folder, wanted):
    names = [name for name in os.listdir(folder)
             if not name.endswith(".names")]
    if wanted != ["--all"]:
        names = [name for name in names
                 if any(name == w or name.startswith(w + "-") for w in wanted)]
    return [Target(os.path.join(folder, name))
            for name in sorted(names, key=order)]


def show(value):
    return "" if value is None else str(value)


def table(head, rows):
    """A table that reads well in a terminal and in Markdown."""
    rows = [[show(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [head] + rows)
              for i in range(len(head))]
    left = [not any(row[i].isdigit() for row in rows)
            for i in range(len(head))]

    def line(cells):
        return "| " + " | ".join(
            cell.ljust(width) if flush else cell.rjust(width)
            for cell, width, flush in zip(cells, widths, left)) + " |"

    rule = "|" + "|".join("-" * (width + 1) + ("-" if flush else ":")
                          for width, flush in zip(widths, left)) + "|"
    return "\n".join([line(head), rule] + [line(row) for row in rows])


def overview(targets):
    rows = []
    for target in targets:
        passed, failed, skipped = target.tests or (None, None, None)
        image = target.image()
        rows.append([target.name, passed, failed, skipped, target.cases,
                     target.sum(image, 0), target.sum(image, 1),
                     target.sum(image, 2), target.stack()])
    return table(["target", "passed", "failed", "skipped", "cases", "code",
                  "data", "bss", "stack"], rows)


def sizes(targets, image):
    """Code, data and bss of each group in one image, a column a target."""
    having = [target for target in targets if image in target.sizes]
    groups = sorted({group for target in having
                     for group in target.sizes[image]},
                    key=lambda group: (group in LIBRARIES, group))
    rows = []
    for group in groups:
        cells = []
        for target in having:
            code, data, bss = target.sizes[image].get(group, (0, 0, 0))
            cells.append(f"{code} + {data} + {bss}")
        rows.append([group] + cells)
    rows.append(["in all"] + [
        " + ".join(str(target.sum(image, column, ())) for column in range(3))
        for target in having])
    return table(["room"] + [t.name.rsplit("-", 1)[0] for t in having], rows)


def calls(targets):
    """Stack and instructions of each call, two columns a target."""
    names = []
    for target in targets:
        for call in target.calls:
            if call[:2] not in names:
                names.append(call[:2])
    head = ["call", "input"]
    for target in targets:
        head += [target.name.rsplit("-", 1)[0], "instructions"]
    rows = []
    for name in names:
        row = list(name)
        for target in targets:
            found = [call[2:] for call in target.calls if call[:2] == name]
            row += list(found[0]) if found else ["", ""]
        rows.append(row)
    return table(head, rows)


def over_budget(targets, path):
    """Lines that say which budget is passed, or cannot be told."""
    found = {target.name: target for target in targets}
    with open(path, encoding="utf-8") as file:
        for line in file:
            words = line.split("#")[0].split()
            if not words or words[0] not in found:
                continue
            target, what, which, most = (found[words[0]], words[1], words[2],
                                         int(words[3]))
            if what == "code":
                value = target.sum(which, 0)
            elif what == "data":
                parts = [target.sum(which, column) for column in (1, 2)]
                value = None if None in parts else sum(parts)
            elif what == "room":
                image, room = which.split("/")
                value = target.sizes.get(image, {}).get(room, [0])[0]
            else:
                value = target.stack()
            if value is None:
                yield f"{words[0]}: no figure for {what} {which}"
            elif value > most:
                yield (f"{words[0]}: {what} {which} is {value}, the budget "
                       f"{most}")


def report(targets, budgets):
    boards = [target for target in targets if target.sizes]
    out = ["# Boards, measured", "",
           "Made by `ports/check.sh --report`; do not edit. Bytes and",
           "instructions on emulated boards, exact and the same in every run",
           "of the same sources and compilers. QEMU models no cycles and no",
           "flash: these are counts, not times.", "",
           overview(targets), "",
           "`code`, `data` and `bss` leave out start-up code and the program",
           "around the library; `stack` is the deepest public call, painted.",
           ""]
    for profile, images in (("verify", ("verify", "whole")),
                            ("edge", ("seal", "node", "whole"))):
        having = [t for t in boards if t.name.endswith("-" + profile)]
        if not having:
            continue
        out += [f"## Profile `{profile}`", ""]
        for image in images:
            if not any(image in t.sizes for t in having):
                continue
            out += [f"Code + data + bss of "
                    + ("every public function at once:" if image == "whole"
                       else "`tests/board/node.c`:" if image == "node"
                       else f"`examples/firmware/{image}.c`:"), "",
                    sizes(having, image), ""]
        out += ["Stack in bytes and instructions of a call:", "",
                calls(having), ""]
    out += ["## Budgets", "", "```", open(budgets, encoding="utf-8").read()
            .strip(), "```", "", "## Made with", ""]
    out += [f"- {t.name}: {t.made_with}" for t in targets if t.made_with]
    return "\n".join(out) + "\n"


def main():
    arguments = sys.argv[1:]
    write = None
    if "--write" in arguments:
        at = arguments.index("--write")
        write = arguments[at + 1]
        del arguments[at:at + 2]
    if len(arguments) < 3:
        sys.exit(__doc__)
    targets = load(arguments[0], arguments[2:])
    print(overview(targets))
    for target in targets:
        print(f"count ports.{target.name} {target.cases}")
    if write:
        with open(write, "w", encoding="utf-8") as file:
            file.write(report(targets, arguments[1]))
    problems = list(over_budget(targets, arguments[1]))
    for problem in problems:
        print("over budget:", problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
