# SPDX-License-Identifier: MIT
"""Trust decided again, from docs/spec/trust.md and docs/design/trust.md.

A world is a list of capsules that name people and each other by number, so
that nothing here needs a key or a hash. The decisions are worked out from the
rules by sets and plain loops, not by the library's orders and walks.
"""

SCOPES = {"admit": 1, "run": 2, "delegate": 4, "accept": 8, "boot": 16,
          "time": 32, "revoke": 64, "introduce": 128}
TIME, REVOKE, INTRODUCE, ALL = 32, 64, 128, 255
NEVER = 1 << 64
CHAIN_MAX, ROTATION_MAX, PATH_MAX = 8, 16, 4


class World:
    def __init__(self, case):
        self.case = case
        self.capsules = case["capsules"]
        self.as_of = case.get("as_of", 0)
        heads = {}
        for c in self.capsules:
            at = heads.get((c["by"], c.get("stream", 0)), (0, None))
            c["sequence"], c["previous"] = at[0] + 1, at[1]
            if not c.get("fork"):
                heads[c["by"], c.get("stream", 0)] = (
                    at[0] + 1, self.capsules.index(c))
        self.seen = [self.seen_of(n) for n in range(len(self.capsules))]
        self.world = {n for n, s in enumerate(self.seen)
                      if self.as_of == 0 or s <= self.as_of}
        self.clock = max([c.get("created", 0) for c in self.capsules
                          if self.anchor_scope(c["by"]) & TIME and
                          (self.as_of == 0 or
                           c.get("created", 0) <= self.as_of)] + [0])

    def anchor_scope(self, key):
        scope = 0
        for a in self.case["anchors"]:
            if a["key"] == key:
                scope |= a["scope"]
        return scope

    def parents(self, n):
        c = self.capsules[n]
        out = [] if c["previous"] is None else [c["previous"]]
        return out + [target for _, target in c.get("links", [])]

    def ancestors(self, start, world=None):
        """Of some capsules, themselves not counted unless reached."""
        out, todo = set(), list(start)
        while todo:
            for p in self.parents(todo.pop()):
                if p not in out and (world is None or p in world):
                    out.add(p)
                    todo.append(p)
        return out

    def seen_of(self, n):
        times = [w["created"] for m, w in enumerate(self.capsules)
                 if w.get("created") and w["by"] != self.capsules[n]["by"] and
                 self.anchor_scope(w["by"]) & TIME and
                 n in self.ancestors([m])]
        return min(times + [NEVER])

    def statements(self, kind, key=None):
        for n in sorted(self.world):
            c = self.capsules[n]
            if c["kind"] == kind and (key is None or c["by"] == key):
                yield n, c

    # --- identities ----------------------------------------------------

    def first_word(self, key):
        words = [(n, c) for n, c in self.statements("identity", key)
                 if not c.get("retired")]
        if not words:
            return None
        streams = sorted({c.get("stream", 0) for _, c in words})
        if streams[0] == 0:
            streams = [0]
        lowest = []
        for s in streams:
            of = [(n, c) for n, c in words if c.get("stream", 0) == s]
            least = min(c["sequence"] for _, c in of)
            lowest += [n for n, c in of if c["sequence"] == least]
        if len(lowest) == 1:
            return lowest[0]
        first = min(self.seen[n] for n in lowest)
        best = [n for n in lowest if self.seen[n] == first]
        return best[0] if len(best) == 1 else None

    def succession(self, n):
        """How this first word makes its key follow another, or None."""
        c = self.capsules[n]
        if c.get("previous_key") is None or c["previous_key"] == c["by"]:
            return None
        if self.first_word(c["by"]) != n:
            return None
        before = self.first_word(c["previous_key"])
        if before is None:
            return None
        b = self.capsules[before]
        if b.get("threshold") and len(
                set(c.get("approvals", [])) & set(b.get("recovery", []))
        ) >= b["threshold"]:
            return "recovers"
        return "rotates" if b.get("next") == c["by"] else None

    def ends(self, key):
        return [n for n, c in self.statements("identity")
                if c.get("previous_key") == key and self.succession(n)]

    def follower(self, key):
        how = {n: self.succession(n) for n in self.ends(key)}
        recoveries = [n for n in how if how[n] == "recovers"]
        if len(recoveries) > 1:
            return None
        if recoveries:
            return recoveries[0]
        return next(iter(how), None)

    def line(self, key, raw):
        out, words = [key], []
        while len(out) <= ROTATION_MAX:
            n = self.first_word(out[-1])
            if n is None or not self.succession(n):
                break
            before = self.capsules[n]["previous_key"]
            if self.follower(before) != n:
                break
            if not raw and self.standing(out[-1], n):
                break
            out.append(before)
        return out

    # --- standing ------------------------------------------------------

    def covered(self, last, n):
        if n is None:
            return False
        return n in last or n in self.ancestors(
            [m for m in last if m in self.world], self.world)

    def may_revoke(self, n, key):
        line = self.line(self.capsules[n]["by"], True)
        return (key is not None and key in line) or any(
            self.anchor_scope(k) & REVOKE for k in line)

    def fork_of(self, key):
        """Streams of a key with the lowest sequence that is in doubt."""
        out = {}
        own = [(n, self.capsules[n]) for n in self.world
               if self.capsules[n]["by"] == key]
        for n, a in own:
            for m, b in own:
                if n == m or a.get("stream", 0) != b.get("stream", 0):
                    continue
                if a["sequence"] == b["sequence"] or (
                        a["sequence"] + 1 == b["sequence"] and
                        b["previous"] != n):
                    s = a.get("stream", 0)
                    out[s] = min(out.get(s, NEVER), a["sequence"])
        return out

    def before(self, end, n):
        seen = self.seen[end]
        if n is not None and seen != NEVER and self.seen_here(n) < seen:
            return True
        return self.covered(self.capsules[end].get("last", []), n)

    def seen_here(self, n):
        return self.seen[n] if n in self.world else NEVER

    def standing(self, key, n):
        """None, or why what key signed (capsule n, or from now on) is bad."""
        for m, r in self.statements("revocation"):
            if key in r.get("set_keys", []) or (
                    n is not None and n in r.get("set_capsules", [])):
                if self.may_revoke(m, None):
                    return "revoked"
        for m, r in self.statements("revocation"):
            if r.get("key") == key and self.may_revoke(m, key) and \
                    not self.covered(r.get("last", []), n):
                return "revoked"
            if n is not None and r.get("capsule") == n and \
                    self.may_revoke(m, key):
                return "revoked"
        ended = n is None or n not in self.world or self.first_word(key) != n
        for m in self.ends(key) if ended else []:
            if not self.before(m, n):
                return "rotated"
        for m, c in self.statements("identity", key) if ended else []:
            if c.get("retired") and not self.before(m, n):
                return "retired"
        forks = self.fork_of(key)
        if forks:
            c = self.capsules[n] if n is not None and n in self.world else None
            fork = forks.get(c.get("stream", 0)) if c else None
            if fork is None or c["sequence"] >= fork:
                named = [m for m in self.ends(key)] + [
                    m for m, w in self.statements("identity", key)
                    if w.get("retired")]
                if not any(self.covered(self.capsules[m].get("last", []), n)
                           for m in named):
                    return "forked"
        return None

    # --- grants --------------------------------------------------------

    def parent_of(self, n):
        return next((t for role, t in self.capsules[n].get("links", [])
                     if role == "grant"), None)

    @staticmethod
    def includes(outer, inner):
        return outer == "" or inner == outer or inner.startswith(outer + "/")

    def narrows(self, inner, outer):
        def bound(name):
            o, i = outer.get(name, 0), inner.get(name, 0)
            return o == 0 or 0 < i <= o
        return (inner["scope"] | outer["scope"] == outer["scope"] and
                self.includes(outer.get("resource", ""),
                              inner.get("resource", "")) and
                all(bound(b) for b in ("expires", "uses", "fuel", "memory")) and
                all(inner.get("labels", {}).get(k) == v
                    for k, v in outer.get("labels", {}).items()) and
                inner.get("delegations", 0) < outer.get("delegations", 0))

    def chain(self, q, line, leaf):
        up, n = [], leaf
        while n is not None:
            if n not in self.world or self.capsules[n]["kind"] != "grant":
                return "chain gap"
            if len(up) == CHAIN_MAX:
                return "chain long"
            up.append(n)
            n = self.parent_of(n)
        parent = None
        for n in reversed(up):
            g = self.capsules[n]
            why = self.standing(g["by"], n)
            if why:
                return why
            if g.get("expires"):
                if self.now(q) == 0:
                    return "no clock"
                if self.now(q) >= g["expires"]:
                    return "expired"
            mine = self.line(g["by"], False)
            if parent is None:
                if not any(self.anchor_scope(k) & g["scope"] == g["scope"]
                           for k in mine):
                    return "not anchored"
            else:
                if parent["audience"] not in mine:
                    return "not issuer"
                if not self.narrows(g, parent):
                    return "widened"
            parent = g
        return self.use(q, line, parent)

    def use(self, q, line, g):
        if g["audience"] not in line:
            return "audience"
        if g["scope"] & q["scope"] == 0:
            return "scope"
        if not self.includes(g.get("resource", ""), q.get("resource", "")):
            return "resource"
        carried = {} if "capsule" not in q else \
            self.capsules[q["capsule"]].get("carries", {})
        if any(carried.get(k) != v for k, v in g.get("labels", {}).items()):
            return "labels"
        for name in ("fuel", "memory"):
            if g.get(name) and q.get(name, 0) > g[name]:
                return name
        if g.get("uses") and q.get("uses", 0) >= g["uses"]:
            return "uses"
        return "grant"

    # --- the web -------------------------------------------------------

    def weight(self, scope, now, keys):
        """Every path, one attestation after another, by brute force."""
        reached = {}
        fronts = {}
        for a in self.case["anchors"]:
            if a["scope"] & scope and a["scope"] & INTRODUCE:
                fronts[a["key"]] = max(fronts.get(a["key"], 0), a["weight"])
        for _ in range(PATH_MAX):
            later = {}
            for key, weight in fronts.items():
                for voice in self.voices(key):
                    for n, c in self.statements("attestation", voice):
                        if c["scope"] & scope == 0 or \
                                self.standing(voice, n) or \
                                (c.get("expires") and
                                 (now == 0 or now >= c["expires"])):
                            continue
                        w = weight * c["weight"] // 1000
                        s = c["subject"]
                        reached[s] = max(reached.get(s, 0), w)
                        if c["scope"] & INTRODUCE and w > 0:
                            later[s] = max(later.get(s, 0), w)
            fronts = later
        return max([reached.get(k, 0) for k in keys])

    def voices(self, key):
        out = [key]
        while len(out) <= ROTATION_MAX:
            n = self.follower(out[-1])
            if n is None or self.standing(self.capsules[n]["by"], n):
                break
            out.append(self.capsules[n]["by"])
        return out

    # --- decisions -----------------------------------------------------

    def now(self, q):
        now = q.get("now", 0)
        return now if now == 0 else max(now, self.clock)

    def decide(self, q):
        n = q.get("capsule")
        key = q["key"] if n is None else self.capsules[n]["by"]
        if self.as_of and n is not None and n not in self.world:
            return "unseen"
        why = self.standing(key, n)
        if why:
            return why
        line = self.line(key, False)
        if any(self.anchor_scope(k) & q["scope"] for k in line):
            return "anchor"
        grant = q.get("grant")
        if grant is None and n is not None and \
                self.capsules[n]["kind"] != "grant":
            grant = self.parent_of(n)
        if grant is not None:
            return self.chain(q, line, grant)
        whys = [self.chain(q, line, m) for m, g in self.statements("grant")
                if g["audience"] in line]
        if "grant" in whys:
            return "grant"
        least = self.case.get("min", {}).get(str(q["scope"]), 0)
        weight = self.weight(q["scope"], self.now(q), line) if least else 0
        if least and weight >= least:
            return "web"
        if len(set(whys)) > 1:
            return None  # which one is said depends on IDs
        if whys:
            return whys[0]
        return "weight" if weight else "no path"


# --- cases --------------------------------------------------------------


def pick_scope(rng):
    return rng.choice([1, 2, 4, 8, 16])


def random_identity(rng, people, capsules, by):
    c = {"kind": "identity", "by": by}
    roll = rng.random()
    own = [n for n, x in enumerate(capsules) if x["by"] == by]
    if roll < 0.15 and own:
        c["retired"] = True
        if rng.random() < 0.6:
            c["last"] = [rng.choice(own)]
        return c
    if rng.random() < 0.7:
        c["next"] = rng.randrange(people)
    if rng.random() < 0.4:
        c["recovery"] = sorted(rng.sample(range(people), 2))
        c["threshold"] = rng.choice([1, 2])
    olds = [x for x in capsules if x["kind"] == "identity" and
            x["by"] != by and (x.get("next") == by or x.get("recovery"))]
    if olds and rng.random() < 0.8:
        old = rng.choice(olds)
        c["previous_key"] = old["by"]
        if old.get("recovery") and rng.random() < 0.7:
            c["approvals"] = rng.sample(
                old["recovery"], rng.randrange(1, len(old["recovery"]) + 1))
        past = [n for n, x in enumerate(capsules) if x["by"] == old["by"]]
        if rng.random() < 0.6:
            c["last"] = [rng.choice(past)]
    return c


def random_grant(rng, people, capsules, by):
    c = {"kind": "grant", "by": by, "audience": rng.randrange(people),
         "scope": rng.choice([2, 3, 7, 31, 31]),
         "delegations": rng.choice([0, 1, 2, 8])}
    mine = [n for n, x in enumerate(capsules) if x["kind"] == "grant" and
            (x["audience"] == by or rng.random() < 0.15)]
    if mine and rng.random() < 0.8:
        n = rng.choice(mine)
        p = capsules[n]
        c.update({k: p[k] for k in ("scope", "resource", "expires", "uses",
                                    "fuel", "memory", "labels") if k in p})
        c["links"] = [["grant", n]]
        c["delegations"] = max(0, p["delegations"] - 1)
        if rng.random() < 0.2:
            c["delegations"] = p["delegations"]
    if rng.random() < 0.35:
        c["expires"] = rng.choice([1000, 2000, 3000])
    if rng.random() < 0.25:
        c["resource"] = rng.choice(["a", "a/b", "ab", "a/b/c"])
    for name in ("uses", "fuel", "memory"):
        if rng.random() < 0.15:
            c[name] = rng.choice([1, 5, 50])
    if rng.random() < 0.15:
        c["labels"] = rng.choice([{"x": "1"}, {"x": "2"},
                                  {"x": "1", "y": "1"}])
    return c


def random_revocation(rng, people, capsules, by):
    c = {"kind": "revocation", "by": by}
    roll = rng.random()
    if roll < 0.5:
        c["key"] = rng.choice([by, rng.randrange(people)])
        past = [n for n, x in enumerate(capsules) if x["by"] == c["key"]]
        if past and rng.random() < 0.7:
            c["last"] = [rng.choice(past)]
    elif roll < 0.85 and capsules:
        mine = [n for n, x in enumerate(capsules) if x["by"] == by]
        c["capsule"] = rng.choice(mine or range(len(capsules)))
    else:
        c["set_keys"] = [rng.randrange(people)]
        c["set_capsules"] = [rng.randrange(len(capsules))] if capsules else []
    return c


def random_capsule(rng, people, capsules):
    by = rng.randrange(people)
    roll = rng.random()
    if roll < 0.25:
        c = random_identity(rng, people, capsules, by)
    elif roll < 0.55:
        holders = [x["audience"] for x in capsules if x["kind"] == "grant"]
        if rng.random() < 0.5:
            by = rng.choice(holders) if holders and rng.random() < 0.7 else 0
        c = random_grant(rng, people, capsules, by)
    elif roll < 0.65:
        c = random_revocation(rng, people, capsules, by)
    elif roll < 0.8:
        c = {"kind": "attestation", "by": rng.choice([0, by]),
             "subject": rng.randrange(people),
             "scope": rng.choice([31, 159, 159, 2, 130]),
             "weight": rng.choice([1000, 900, 500, 100])}
        if rng.random() < 0.3:
            c["expires"] = rng.choice([1000, 2000, 3000])
    else:
        c = {"kind": "data", "by": by}
        grants = [n for n, x in enumerate(capsules) if x["kind"] == "grant"]
        if grants and rng.random() < 0.5:
            c["links"] = [["grant", rng.choice(grants)]]
            if rng.random() < 0.7:
                c["by"] = capsules[c["links"][0][1]]["audience"]
        if rng.random() < 0.4:
            c["carries"] = {"x": "1"}
    if rng.random() < 0.15:
        c["stream"] = rng.choice([1, 2])
    if rng.random() < 0.03:
        c["fork"] = True
    return c


def add_witness(rng, people, capsules):
    """The last person is a clock: it links to something and says when."""
    if capsules and rng.random() < 0.2:
        capsules.append({
            "kind": "data", "by": people - 1,
            "created": rng.choice([500, 1500, 2500]),
            "links": [["evidence", rng.randrange(len(capsules))]]})


def random_case(rng):
    people = rng.randrange(4, 8)
    capsules = []
    for _ in range(rng.randrange(3, 18)):
        capsules.append(random_capsule(rng, people, capsules))
        add_witness(rng, people, capsules)
    case = {"people": people, "capsules": capsules,
            "anchors": [{"key": 0, "scope": rng.choice([255, 255, 31, 159]),
                         "weight": rng.choice([1000, 800])}],
            "min": {"2": 400, "8": 700}}
    if rng.random() < 0.8:
        case["anchors"].append({"key": people - 1, "scope": rng.choice([32, 96]),
                                "weight": 1000})
    if rng.random() < 0.15:
        case["as_of"] = rng.choice([600, 1600, 2600])
    case["questions"] = []
    world = World(case)
    for _ in range(3):
        q = {"scope": pick_scope(rng)}
        if rng.random() < 0.5:
            q["capsule"] = rng.randrange(len(capsules))
        else:
            q["key"] = rng.randrange(people)
        q["now"] = rng.choice([0, 900, 1500, 2500])
        if q["now"] == 0:
            del q["now"]
        grants = [n for n, x in enumerate(capsules) if x["kind"] == "grant"]
        if grants and rng.random() < 0.6:
            q["grant"] = rng.choice(grants)
            if rng.random() < 0.8:
                q.pop("capsule", None)
                q["key"] = capsules[q["grant"]]["audience"]
        if rng.random() < 0.4:
            q["resource"] = rng.choice(["a", "a/b", "abc"])
        for name in ("fuel", "memory", "uses"):
            if rng.random() < 0.3:
                q[name] = rng.choice([1, 5, 20, 100])
        q["expect"] = world.decide(q)
        if q["expect"] is not None:
            case["questions"].append(q)
    for c in capsules:
        del c["sequence"], c["previous"]
    return case


def trust_cases(rng, each=10, cap=40):
    """Cases until every reason has been met often enough."""
    cases, counts = [], {}
    reasons = ["anchor", "grant", "web", "no path", "revoked", "rotated",
               "retired", "forked", "expired", "no clock", "widened",
               "chain gap", "audience", "scope", "resource", "labels", "fuel",
               "memory", "uses", "not anchored", "not issuer", "weight", "unseen"]
    for _ in range(20000):
        if all(counts.get(r, 0) >= each for r in reasons):
            break
        case = random_case(rng)
        keep = [q for q in case["questions"]
                if counts.get(q["expect"], 0) < cap]
        rare = [q for q in keep if counts.get(q["expect"], 0) < each]
        if not rare:
            continue
        case["questions"] = keep
        cases.append(case)
        for q in keep:
            counts[q["expect"]] = counts.get(q["expect"], 0) + 1
    return {"note": "people and capsules are named by number; docs in "
                    "tests/trust/test_cases.c", "cases": cases}
