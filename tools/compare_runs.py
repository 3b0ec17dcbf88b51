#!/usr/bin/env python3
"""How alike two runs of `anireco eval search --run` are: engines that should give the same answers, say.

usage: tools/compare_runs.py RUN_A RUN_B [--depth 10] [--held 50] [--tie 0.000002]

Prints how many of A's first DEPTH results B has among its own first DEPTH, as a distribution over the requests, and the share of A's first HELD that B has anywhere in its run.
A result whose score is within TIE of the last one's counts as had: ties may be cut either way.
"""
import argparse
import collections


def read_run(path):
    """Request id -> [(result, score)] by rank; lines are `request 0 result rank score tag`."""
    run = collections.defaultdict(list)
    with open(path, encoding="utf8") as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if len(words) != 6:
                raise SystemExit(f"{path}:{number}: not a line of a run")
            run[words[0]].append((int(words[3]), words[2], float(words[4])))
    return {request: [(result, score) for _, result, score in sorted(lines)] for request, lines in run.items()}


def shared(a, b, depth, tie):
    """Of A's first `depth` results, how many B's first `depth` have, and of how many."""
    best = a[:depth]
    there = {result for result, _ in b[:depth]}
    last = best[-1][1]
    return sum(result in there or abs(score - last) <= tie for result, score in best), len(best)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run_a")
    parser.add_argument("run_b")
    parser.add_argument("--depth", type=int, default=10)
    parser.add_argument("--held", type=int, default=50)
    parser.add_argument("--tie", type=float, default=2e-6)
    options = parser.parse_args()
    a, b = read_run(options.run_a), read_run(options.run_b)
    if not a:
        raise SystemExit(f"{options.run_a}: no results")
    missing = collections.Counter()
    held = wanted = both = 0
    for request, results in a.items():
        other = b.get(request, [])
        had, of = shared(results, other, options.depth, options.tie)
        missing[of - had] += 1
        both += had / of
        there = {result for result, _ in other}
        first = results[:options.held]
        held += sum(result in there for result, _ in first)
        wanted += len(first)
    print(f"{len(a)} requests; of the first {options.depth} both have {options.depth * both / len(a):.3f} on average")
    for n in sorted(missing):
        print(f"  {missing[n]:5d} requests with {n} others")
    print(f"of the first {options.held} the second run has {100 * held / wanted:.2f} %")


if __name__ == "__main__":
    main()
