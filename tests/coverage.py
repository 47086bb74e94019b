# Reads what llvm-cov exports; prints branches (and MC/DC of the guard) of the files given, and every uncovered place.
# coverage.py EXPORT.json EXCEPTIONS FILE...; 1 if a place is uncovered and not excepted, or excepted and covered.
# coverage.py EXPORT.json --least PERCENT FILE...; 1 if less than that of all branches together is covered.
import collections
import json
import os
import sys

MCDC = ("drivers/guard", "drivers/layout_repair")


def exceptions(path):
    if not os.path.exists(path):
        return {}
    rows = (line.split(None, 1) for line in open(path) if line.strip() and line[0] != "#")
    return {place: reason.strip() for place, reason in rows}


def sides(records):
    """(line, column, what) -> whether it was covered; an inline function has a record for each file that includes it."""
    seen = collections.Counter()
    for line, column, _, _, true, false, *_ in records:
        seen[line, column, "true"] += true
        seen[line, column, "false"] += false
    return {place: count > 0 for place, count in seen.items()}


def conditions(records):
    """(line, column, condition) -> whether it was shown to decide its decision."""
    seen = collections.Counter()
    for line, column, *_, shown in records:
        for index, covered in enumerate(shown):
            seen[line, column, "condition %d" % (index + 1)] += covered
    return {place: count > 0 for place, count in seen.items()}


def share(places):
    if not places:
        return "none"
    return "%5d/%-5d %6.2f %%" % (sum(places.values()), len(places),
                                   100.0 * sum(places.values()) / len(places))


def main(export, excepted_path, *names):
    excepted = exceptions(excepted_path)
    files = {os.path.realpath(f["filename"]): f for f in json.load(open(export))["data"][0]["files"]}
    used, bad = set(), False
    print("%-28s %22s %22s" % ("", "branches", "MC/DC"))
    for name in names:
        record = files.get(os.path.realpath(name))
        if record is None:
            print("%-28s was not in any test" % name)
            bad = True
            continue
        found = {"branch": sides(record["branches"])}
        if name.startswith(MCDC):
            found["MC/DC"] = conditions(record["mcdc_records"])
        print("%-28s %22s %22s" % (name, share(found["branch"]), share(found["MC/DC"]) if "MC/DC" in found else ""))
        for kind, places in found.items():
            for (line, column, what), covered in sorted(places.items()):
                place = "%s:%d" % (name, line)
                if covered:
                    continue
                used.add(place)
                reason = excepted.get(place)
                print("  %s:%d: %s %s is not covered%s" % (place, column, kind, what, "; " + reason if reason else ""))
                bad = bad or reason is None
    for place in sorted(set(excepted) - used):
        if place.split(":")[0] in names:
            print("  %s is excepted, but covered" % place)
            bad = True
    return 1 if bad else 0


def main_least(export, percent, *names):
    """Of rooms whose failures are mostly those of a disk: figures, and no less than there were."""
    files = {os.path.realpath(f["filename"]): f for f in json.load(open(export))["data"][0]["files"]}
    every = {}
    for name in names:
        record = files.get(os.path.realpath(name))
        found = sides(record["branches"]) if record else {}
        print("%-36s %22s" % (name, share(found) if record else "was not in any test"))
        every.update({(name, place): covered for place, covered in found.items()})
    print("%-36s %22s, at least %s %%" % ("together", share(every), percent))
    return 0 if every and 100.0 * sum(every.values()) >= float(percent) * len(every) else 1


if sys.argv[2] == "--least":
    sys.exit(main_least(sys.argv[1], *sys.argv[3:]))
sys.exit(main(*sys.argv[1:]))
