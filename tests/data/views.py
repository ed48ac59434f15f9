#!/usr/bin/env python3
"""Turns what the DevTools engine says of a snapshot's views into the goldens kept here.

    views.py FILE.json [ID of an ignored node …] > NAME.views.json

FILE.json is the engine's answer: rows of retainers while some nodes are ignored, rows of
containment, and groups of duplicate strings. README.md describes what is kept of them.
"""
import json
import sys


def cut(text):
    """At most 64 UTF-16 units; halves of surrogate pairs become U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass")[:128].decode("utf-16-le", "replace")


with open(sys.argv[1], encoding="utf-8") as file:
    SAID = json.load(file)
OUT = {
    "ignored": [int(word) for word in sys.argv[2:]],
    "retainers": {
        node: [[row["edgeType"], cut(row["edgeName"]), row["id"], row["distance"]] for row in rows]
        for node, rows in SAID["retainers"].items()
    },
    "containment": {
        node: [[row["edgeType"], cut(row["edgeName"]), row["id"]] for row in rows]
        for node, rows in SAID["edges"].items()
    },
    "duplicates": [
        [cut(group["value"]), group["count"], group["totalSelfSize"], group["totalRetainedSize"], group["nodes"][0]["id"]]
        for group in SAID["duplicateStrings"]
    ],
}
json.dump(OUT, sys.stdout, ensure_ascii=False, separators=(",", ":"))
