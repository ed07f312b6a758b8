# SPDX-License-Identifier: MIT
"""Reputation worked out again, in floating point and in the open."""
import math

Z2 = 1.6448536269514722 ** 2


def faded(count, passed, half_life):
    return count * 2.0 ** -(passed / half_life) if half_life else count


def note(state, check, at, half_life):
    weight = 1.0
    if at > state["at"]:
        for name in ("good", "bad"):
            state[name] = faded(state[name], at - state["at"], half_life)
        state["at"] = at
    else:
        weight = faded(1.0, state["at"] - at, half_life)
    state["good" if check == 1 else "bad"] += weight
    state["liar"] |= check == 3


def error_max(state):
    n, f = state["good"] + state["bad"], state["bad"]
    if state["liar"] or n == 0:
        return 1.0
    p = f / n
    root = math.sqrt(p * (1 - p) / n + Z2 / (4 * n * n))
    return min(1.0, (p + Z2 / (2 * n) + math.sqrt(Z2) * root) / (1 + Z2 / n))


def chance(state, error, least):
    e = error_max(state)
    return 1.0 if e >= error else max(least, (e / error) ** 2)


def reputations(rng):
    cases = []
    for _ in range(120):
        half_life = rng.choice([0, 1000, 86400000, 30 * 86400000])
        state = {"at": 0, "good": 0.0, "bad": 0.0, "liar": False}
        notes, at = [], rng.randrange(1, 1 << 41)
        for _ in range(rng.choice([1, 2, 5, 20, 60])):
            at += rng.randrange(0, max(2, half_life))
            check = rng.choice([1] * 12 + [2]) if rng.random() < 0.98 else 3
            when = at if rng.random() < 0.8 else max(0, at - half_life // 3)
            notes.append([check, when])
            note(state, check, when, half_life)
        if state["good"] + state["bad"] < 0.05 and not state["liar"]:
            continue
        cases.append({
            "half_life": half_life, "notes": notes,
            "error_ppb": round(error_max(state) * 1e9),
            "chance_ppb": round(chance(state, 0.25, 0.02) * 1e9)})
    return {"note": "within 1 % of the square of a 64th of a half-life",
            "cases": cases}
