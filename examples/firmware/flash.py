#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Put a capsule and the key that must have signed it into flash.

    flash.py FILE.seigr SIGNER OUT.h     a file from "seigr seal" and the
                                         signer's address from "seigr id"
    flash.py --golden CAPSULES.json OUT.h
"""
import json
import sys

BUNDLE = bytes.fromhex("a3006573656967720101028158 20".replace(" ", ""))


def bare(data):
    """The first capsule of a bundle with one root, or the file as it is."""
    return data[len(BUNDLE) + 32:] if data.startswith(BUNDLE) else data


def key_of(address):
    """The 32 bytes of an address, after its check digits (FORMATS 1.2)."""
    digits = address.removeprefix("seigr:").replace("-", "").replace(" ", "")
    if len(digits) != 106 or set(digits) - set("012345"):
        sys.exit(f"{address}: an address is seigr: and 106 digits")
    if int(digits, 6) % 46643 != 1:
        sys.exit(f"{address}: the check digits do not match: mistyped?")
    blocks = [int(digits[at:at + 25], 6) for at in range(0, 100, 25)]
    return b"".join(block.to_bytes(8, "big") for block in blocks)


def array(data):
    lines = [", ".join(f"0x{byte:02x}" for byte in data[at:at + 12])
             for at in range(0, len(data), 12)]
    return ",\n    ".join(lines)


def main():
    arguments = sys.argv[1:]
    if len(arguments) != 3:
        sys.exit(__doc__)
    if arguments[0] == "--golden":
        with open(arguments[1], encoding="utf-8") as file:
            golden = json.load(file)
        capsule = bytes.fromhex(golden["valid"][1]["capsule"])
        signer = bytes.fromhex(golden["kid"])
    else:
        with open(arguments[0], "rb") as file:
            capsule = bare(file.read())
        signer = key_of(arguments[1])
    with open(arguments[2], "w", encoding="utf-8") as out:
        out.write("/* Made by examples/firmware/flash.py. */\n"
                  "#include <stdint.h>\n\n"
                  "static const uint8_t flashed_capsule[] = {\n"
                  f"    {array(capsule)}}};\n\n"
                  "static const uint8_t flashed_signer[32] = {\n"
                  f"    {array(signer)}}};\n")


if __name__ == "__main__":
    main()
