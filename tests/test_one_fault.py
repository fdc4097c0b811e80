"""One slip in the real samples gives one message: nothing innocent is accused, nothing follows from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.build import check
from generator.diagnostics import Report
from generator.project import Project, samples


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


SLIPS = [
    ("indicators/indicators.yaml", swap("单位: ", "单位："), "yaml.full_width_colon"),
    ("facts/jinniu-2023.yaml", swap("  粒度: ", "  粒度："), "yaml.full_width_colon"),
    ("stations/jinniu.yaml", swap("简称: ", "简称："), "yaml.full_width_colon"),
    ("cases/case-elder-alone.yaml", swap("  化名: ", "  化名："), "yaml.full_width_colon"),
    ("cases/case-elder-alone.yaml", swap("  化名: ", "\t化名: "), "yaml.tab"),
    ("cases/case-elder-alone.yaml", swap("领域: 养老", "领域: 养劳"), "record.unknown_choice"),
    ("cases/case-elder-alone.yaml", swap("结案日期: 2", "结案日期: 9999-99-99 # 2"), "record.impossible_date"),
    ("people/staff.yaml", swap("简介: ", "简介："), "yaml.full_width_colon"),
    ("news/news-simaqiao-patrol.md", swap("引题: ", "引题："), "yaml.full_width_colon"),
    ("news/news-simaqiao-patrol.md", swap("\n---\n", "\n--\n"), None),
    ("facts/jinniu-2023.yaml", swap("值: 21,", "值: 二十一,"), "record.not_a_number"),
    ("articles/art-patrol-ledger.md", swap("{表:tbl-patrol-four}", "{表:tbl-patrol-for}"), "reference.dangling"),
    ("articles/art-patrol-ledger.md", swap("{表:tbl-patrol-four}", "{文:ant-preface}"), "reference.not_in_edition"),
    ("bulletins/jinniu-2023-3.yaml", swap("art-multi-link", "art-multi-lnk"), None),
    ("bulletins/jinniu-2023-3.yaml", swap("art-supervision-notes", "p-luoyan"), "compose.unprintable"),
]


@pytest.mark.parametrize(("file", "slip", "code"), SLIPS, ids=lambda v: v if isinstance(v, str) else "")
def test_one_slip_gives_one_message(file: str, slip: Callable[[str], str], code: str | None, tmp_path: Path) -> None:
    shutil.copytree(samples(), tmp_path / "content")
    path = tmp_path / "content" / file
    path.write_text(slip(path.read_text("utf-8")), "utf-8")
    report = Report()
    check(Project(tmp_path), (), report)
    found = report.sorted()
    assert {d.span.file for d in found} == {f"content/{file}"}, found
    if code is not None:
        assert [d.code for d in found] == [code]
