"""Processor time of all checks of a 62-piece edition against Python-Markdown alone rendering the same text.

``python bench/checks.py [--articles 62] [--people 2000] [--rounds 5]``: sides alternating, medians; every round reads
the publication anew. ``--people`` is how many real names, numbers and addresses the roster holds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    import markdown

    from bench.workspace import EDITION, Workspace
    from generator.checks import CHECKS, READING_CHECKS, RECORD_CHECKS
    from generator.compose import compose
    from generator.diagnostics import Report
    from generator.load import load
    from generator.privacy.keeping import Held
    from generator.privacy.roster import Entry, Roster
    from generator.project import Project
    from generator.reading import Reading
    from generator.records.edition import Edition

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--articles", type=int, default=62)
    arguments.add_argument("--people", type=int, default=2000)
    arguments.add_argument("--rounds", type=int, default=5)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        Workspace(root, asked.articles).write()
        project, report = Project(root), Report()
        records = load(project, report)
        edition = records[EDITION]
        assert isinstance(edition, Edition)
        publication = compose(edition, records, project, report)
        roster = Roster({ref: Entry.model_validate(fields) for ref, fields in people(asked.people)})
        held = Held(roster, roster.refs, frozenset(), None)
        texts = [path.read_text("utf-8") for path in sorted((root / "articles").glob("*.md"))]
        spent: dict[str, list[float]] = {}

        def timed(name: str, run: Callable[[], object]) -> float:
            start = time.process_time()
            run()
            spent.setdefault(name, []).append(time.process_time() - start)
            return spent[name][-1]

        for _ in range(asked.rounds):
            reading = Reading(publication, records, project, held)
            whole = timed("reading", lambda reading=reading: reading.passages)  # type: ignore[misc]
            for check in RECORD_CHECKS:
                whole += timed(_name(check), lambda check=check: list(check(records)))  # type: ignore[misc]
            for check_ in CHECKS:
                whole += timed(_name(check_), lambda check=check_: list(check(publication, records)))  # type: ignore[misc]
            for look in READING_CHECKS:
                whole += timed(_name(look), lambda look=look, reading=reading: list(look(reading)))  # type: ignore[misc]
            spent.setdefault("all checks", []).append(whole)
            timed("Python-Markdown", lambda: [markdown.markdown(text, extensions=["tables"]) for text in texts])
    middle = {name: median(taken) for name, taken in spent.items()}
    for name, seconds in sorted(middle.items(), key=lambda pair: -pair[1])[:16]:
        print(f"{name:32}{seconds:8.3f} s")
    print(f"ratio {middle['all checks'] / middle['Python-Markdown']:.2f}")


def _name(check: Callable[..., object]) -> str:
    return f"{check.__module__.rpartition('.')[2]}.{check.__name__}"


def people(count: int) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Invented people: a name, a telephone, an address each."""
    names = product("王李张刘陈杨赵黄周吴徐孙", "桂秀玉建国明芳志晓文", "英兰珍华平军燕梅强云霞峰涛")
    for number, name in zip(range(count), names, strict=False):
        road, block, flat = number % 300 + 1, number % 9 + 1, number % 60 + 101
        yield (
            f"X{number}",
            {
                "姓名": ["".join(name)],
                "电话": [str(13_000_000_000 + number * 7919)],
                "住址": [f"幸福路{road}号{block}栋{flat}"],
            },
        )


if __name__ == "__main__":
    main()
