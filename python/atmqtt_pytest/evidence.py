"""What hosts relied on, by how it is known: docs/guide/evidence.md."""
import json
import re

MEANINGS = {
    "E": "nothing observed: atmqtt's choice",
    "D": "drivers that work on the hardware",
    "C": "another manual of the maker",
    "B": "a transcript of a sibling",
    "A": "output of a real SIM767x",
    "note": "the maker's note says so",
}
#: These stand in every summary; the others only with -v.
WEAK = ("E", "D")


def read(path):
    """The evidence of a module that has ended, a dict."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def summary(run, everything=False):
    """Lines of text: how many behaviours of each grade, and which of those that are known least well."""
    for grade, meaning in MEANINGS.items():
        relied = [each for each in run["behaviours"] if each["grade"] == grade]
        if relied:
            yield f"{len(relied):4}  {grade}: {meaning}"
            if everything or grade in WEAK:
                yield from map(_line, relied)
    if run["accepted"]:
        yield f"{len(run['accepted']):4}  only accepted: answered, without effect here"
        yield from map(_line, run["accepted"])
    if run["unknown"]:
        yield f"{len(run['unknown']):4}  unknown, answered ERROR: {', '.join('AT' + name for name in run['unknown'])}"
    if run["replies"]:
        yield f"{len(run['replies']):4}  answered by the profile's own replies: {', '.join('AT' + name for name in run['replies'])}"
    if not any(run[part] for part in ("behaviours", "accepted", "unknown", "replies")):
        yield "   0  no command was sent"


def _line(each):
    return f"          {each['id']}  {_plain(each['what'])}"


def _plain(markdown):
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown.replace("`", ""))
