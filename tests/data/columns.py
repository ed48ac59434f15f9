#!/usr/bin/env python3
"""Turns the oracle's node lines into the column form of the goldens kept here.

    columns.py FILE.heapsnapshot FILE.nodes.ndjson > FILE.nodes.json

The node lines (one JSON object a node, in file order) come from the DevTools engine. What
makes the columns smaller than the lines: a class is a position in `classes`, a dominator is
the number of nodes between it and its node, and a name is kept only where the engine shows
another than the file holds. README.md describes the fields.
"""
import json
import sys


def cut(text):
    """At most 64 UTF-16 units; halves of surrogate pairs become U+FFFD."""
    units = text.encode("utf-16-le", "surrogatepass")[:128]
    return units.decode("utf-16-le", "replace")


def raw_names(snapshot):
    fields = snapshot["snapshot"]["meta"]["node_fields"]
    at = fields.index("name")
    strings, nodes = snapshot["strings"], snapshot["nodes"]
    return [strings[name] for name in nodes[at::len(fields)]]


def columns(snapshot, lines):
    out = {name: [] for name in ("id", "distance", "shallow", "retained", "detachedness", "dominator", "class")}
    classes, names, row_of, previous = {}, {}, {}, 0
    for line in lines:
        row_of.setdefault(line["id"], line["ord"])
    for row, (line, raw) in enumerate(zip(lines, raw_names(snapshot), strict=True)):
        out["id"].append(line["id"] - previous)
        previous = line["id"]
        out["distance"].append(line["distance"])
        out["shallow"].append(line["self"])
        out["retained"].append(line["retained"] - line["self"])
        out["detachedness"].append(line["detachedness"])
        out["dominator"].append(row - row_of[line["dominator"]])
        key = (line["classKey"], line["className"])
        out["class"].append(classes.setdefault(key, len(classes)))
        if cut(line["name"]) != cut(raw):
            names[row] = cut(line["name"])
    out["classes"] = [[cut_free(key), cut_free(name)] for key, name in classes]
    out["names"] = names
    return out


def cut_free(text):
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


with open(sys.argv[1], encoding="utf-8") as file:
    SNAPSHOT = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    LINES = [json.loads(line) for line in file]
json.dump(columns(SNAPSHOT, LINES), sys.stdout, ensure_ascii=False, separators=(",", ":"))
