#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Conformance data as C arrays, for boards that have no files.

    vectors.py [--spoil] GOLDEN OUT

reads the golden cases in the folder GOLDEN and writes OUT/board_vectors.h
and OUT/board_vectors.c: one table a family, one row a case. With --spoil
one bit of what is expected is wrong in every table, so that each test which
reads it must fail.
"""
import json
import os
import sys


class Table:
    """Rows of one struct; a column is 'name:type' with type bytes (hex or
    bytes), text or number."""

    def __init__(self, name, *columns):
        self.name = name
        self.columns = [column.split(":") for column in columns]
        self.rows = []

    def row(self, *values):
        assert len(values) == len(self.columns), (self.name, values)
        self.rows.append(list(values))

    def spoil(self):
        """Break what a row expects, which its last column says."""
        kind = self.columns[-1][1]
        row = next(row for row in self.rows if row[-1] not in ("", b""))
        value = row[-1]
        if kind == "bytes":
            raw = bytearray(as_bytes(value))
            raw[-1] ^= 1
            value = bytes(raw)
        elif kind == "text":
            value = value[:-1] + ("0" if value[-1] != "0" else "1")
        else:
            value ^= 1
        row[-1] = value

    def header(self, out):
        out.write(f"struct {self.name}_case {{\n")
        for name, kind in self.columns:
            out.write(f"    {'uint64_t' if kind == 'number' else 'seigr_span'}"
                      f" {name};\n")
        out.write(f"}};\nextern const struct {self.name}_case "
                  f"{self.name}_cases[];\n"
                  f"extern const size_t {self.name}_case_count;\n\n")

    def source(self, out):
        cells = []
        for number, row in enumerate(self.rows):
            cells.append([self.cell(out, f"{self.name}_{number}_{name}",
                                    kind, value)
                          for (name, kind), value in zip(self.columns, row)])
        out.write(f"const struct {self.name}_case {self.name}_cases[] = {{\n")
        for row in cells:
            out.write("    {" + ", ".join(row) + "},\n")
        out.write(f"}};\nconst size_t {self.name}_case_count = "
                  f"{len(self.rows)};\n\n")

    def cell(self, out, symbol, kind, value):
        if kind == "number":
            return f"UINT64_C({value})"
        raw = value.encode() if kind == "text" else as_bytes(value)
        if not raw:
            return "{NULL, 0}"
        out.write(f"static const uint8_t {symbol}[] = {{")
        for at, byte in enumerate(raw):
            out.write(("\n    " if at % 16 == 0 else " ") + f"{byte},")
        out.write("\n};\n")
        return f"{{{symbol}, sizeof({symbol})}}"


def as_bytes(value):
    return bytes.fromhex(value) if isinstance(value, str) else bytes(value)


def load(folder, name):
    with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
        return json.load(file)


def pairs(folder, name, read, written):
    """A codec's table: what is read, whether it is valid, what it means."""
    data = load(folder, name)
    valid = Table(name, f"{read}:text", f"{written}:bytes")
    for case in data["valid"]:
        valid.row(case[read], case[written])
    if "invalid" not in data:
        return [valid]
    invalid = Table(name + "_invalid", f"{read}:text", "refused:number")
    for case in data["invalid"]:
        invalid.row(case, 1)
    return [valid, invalid]


def packed(folder):
    data = load(folder, "senary_packed")
    valid = Table("senary_packed", "digits:text", "hex:bytes")
    for case in data["valid"]:
        valid.row(case["digits"], case["hex"])
    invalid = Table("senary_packed_invalid", "hex:bytes", "refused:number")
    for case in data["invalid_hex"]:
        invalid.row(case, 1)
    return [valid, invalid]


def integers(folder):
    cases = load(folder, "senary_integers")["cases"]
    tables = []
    for name, results in (
            ("senary_integers", ("remainder", "quotient", "product",
                                 "difference", "sum")),
            ("digit_sums", ("digit_sub", "digit_add"))):
        table = Table(name, "a:text", "b:text",
                      *(f"{result}:text" for result in results))
        for case in cases:
            table.row(case["a"], case["b"],
                      *(case[result] or "" for result in results))
        tables.append(table)
    return tables


def capsules(folder):
    data = load(folder, "capsules")
    issuer = Table("issuer", "seed:bytes", "kid:bytes")
    issuer.row(data["seed"], data["kid"])
    valid = Table("capsule", "payload:bytes", "minus_alg:number",
                  "address:text", "capsule:bytes", "id:bytes")
    invalid = Table("capsule_invalid", "capsule:bytes", "why:text",
                    "refused:number")
    for case in data["valid"]:
        valid.row(case["payload"], -case["alg"], case["address"],
                  case["capsule"], case["id"])
    for case in data["invalid"]:
        invalid.row(case["capsule"], case["why"], 1)
    return [issuer, valid, invalid]


def payloads(folder):
    data = load(folder, "payloads")
    valid = Table("payload", "capsule:bytes", "why:text", "id:bytes")
    invalid = Table("payload_invalid", "capsule:bytes", "why:text",
                    "refused:number")
    for case in data["valid"]:
        valid.row(case["capsule"], case["why"], case["id"])
    for case in data["invalid"]:
        invalid.row(case["capsule"], case["why"], 1)
    return [valid, invalid]


def batches(folder):
    data = load(folder, "batches")
    valid = Table("batch", "capsule:bytes", "id:bytes")
    invalid = Table("batch_invalid", "capsule:bytes", "why:text",
                    "refused:number")
    for case in data["valid"]:
        for member in case["members"]:
            valid.row(member["capsule"], member["id"])
    for case in data["invalid"]:
        invalid.row(case["capsule"], case["why"], 1)
    return [valid, invalid]


def log(folder):
    inclusion = Table("inclusion", "seed:bytes", "size:number",
                      "index:number", "path:bytes", "root:bytes")
    consistency = Table("consistency", "first:number", "size:number",
                        "path:bytes", "root:bytes", "first_root:bytes")
    head = Table("log", "seed:bytes", "size:number", "root:bytes")
    for case in load(folder, "log")["cases"]:
        head.row(case["seed"], case["size"], case["root"])
        if "inclusion" in case:
            proof = case["inclusion"]
            inclusion.row(case["seed"], case["size"], proof["index"],
                          "".join(proof["path"]), case["root"])
        if "consistency" in case:
            proof = case["consistency"]
            consistency.row(proof["first"], case["size"],
                            "".join(proof["path"]), case["root"],
                            proof["first_root"])
    return [head, inclusion, consistency]


def engine(folder):
    """The engine's programs are read beside its tests."""
    table = Table("engine", "module:bytes", "fuel:number", "result:number",
                  "stops:number", "roots:bytes")
    programs = os.path.join(folder, "..", "engine", "data")
    for name, case in load(folder, "engine_roots").items():
        with open(os.path.join(programs, name + ".wasm"), "rb") as file:
            table.row(file.read(), int(case["fuel"]), int(case["result"]),
                      case["stops"], case["roots"])
    return [table]


def main():
    arguments = sys.argv[1:]
    spoil = arguments[:1] == ["--spoil"]
    if len(arguments) != 2 + spoil:
        sys.exit(__doc__)
    golden, folder = arguments[-2:]
    tables = (pairs(golden, "senary_text", "digits", "hex") +
              pairs(golden, "senary_address", "address", "hex") +
              pairs(golden, "senary_cells", "cells", "hex") +
              packed(golden) + integers(golden) + capsules(golden) +
              payloads(golden) + batches(golden) + log(golden) +
              engine(golden))
    os.makedirs(folder, exist_ok=True)
    made = "/* Made by tests/board/vectors.py from tests/golden/. */\n"
    with open(os.path.join(folder, "board_vectors.h"), "w",
              encoding="utf-8") as out:
        out.write(made + "#ifndef BOARD_VECTORS_H\n#define BOARD_VECTORS_H\n"
                         '#include "seigr/base.h"\n\n')
        for table in tables:
            table.header(out)
        out.write("#endif\n")
    with open(os.path.join(folder, "board_vectors.c"), "w",
              encoding="utf-8") as out:
        out.write(made + '#include "board_vectors.h"\n\n')
        for table in tables:
            if spoil:
                table.spoil()
            table.source(out)


if __name__ == "__main__":
    main()
