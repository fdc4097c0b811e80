"""Editing the private roster: it is opened, changed and closed again; what is open is never on a disk that keeps it."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import yaml

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say
from generator.privacy.hashed import hashes
from generator.privacy.keeping import LockedError, decrypted, encrypt, hash_key, hashes_file, read_people, roster_file
from generator.privacy.roster import Entry, Roster
from generator.project import Project

_NAME = "private/roster.age"
_HEAD = "# 保密名册。只在这个窗口里打开，保存后重新加密；不要另存、截图、转发。\n"
#: Fields that hold several values apart by 、 or ; in a table.
_FIELDS = tuple(info.alias or name for name, info in Entry.model_fields.items() if name != "traits")


def create(project: Project, report: Report) -> Path | None:
    """A new, empty roster and, where there is none, the key that opens it; None after a report."""
    path = roster_file(project)
    if path.exists():
        report.add(_fault("roster.exists", say("这里已经有保密名册"), say("zhankan roster edit 打开它")))
        return None
    return path if _save({}, project, report) else None


def people(project: Project, report: Report) -> Mapping[str, Entry] | None:
    """Everybody in the roster; None after a report."""
    path = roster_file(project)
    if not path.is_file():
        report.add(_fault("roster.missing", say("还没有保密名册"), say("先运行 zhankan roster init")))
        return None
    try:
        return read_people(decrypted(path), _NAME, report)
    except LockedError:
        report.add(
            _fault(
                "roster.locked",
                say("保密名册锁着：这台机器上没有打开它的钥匙"),
                say("把另一台机器上的 roster.key 放到同样的地方，或用 ZHANKAN_ROSTER_KEY_FILE 指明"),
            )
        )
        return None


def add(project: Project, ref: str, answers: Mapping[str, str], report: Report) -> bool:
    """Put somebody in, or what was not known of them; values are apart by 、 or ;. False after a report."""
    known = people(project, report)
    if known is None:
        return False
    entry = _entry(answers)
    if entry is None:
        report.add(_fault("roster.no_name", say("没有写姓名"), say("至少写一个真实姓名")))
        return False
    return _save({**known, ref: _joined(known.get(ref), entry)}, project, report)


def remove(project: Project, ref: str, report: Report) -> bool:
    """Take somebody out. False after a report."""
    known = people(project, report)
    if known is None:
        return False
    if ref not in known:
        report.add(
            _fault("roster.unknown", say("名册里没有代号“{ref}”", ref=ref), say("zhankan roster list 列出全部代号"))
        )
        return False
    return _save({r: entry for r, entry in known.items() if r != ref}, project, report)


def take_in(project: Project, file: Path, report: Report) -> int | None:
    """Put in whom a table (CSV) lists, its head naming 代号 and fields; how many, or None after a report."""
    known = people(project, report)
    if known is None:
        return None
    try:
        data = file.read_bytes()
    except OSError:
        report.add(_fault("roster.table", say("这个表格打不开"), say("核对文件名")))
        return None
    text = next((t for e in ("utf-8-sig", "gb18030") if (t := _decoded(data, e)) is not None), "")
    rows = list(csv.DictReader(io.StringIO(text)))
    head = {"代号", "姓名"}
    if not rows or not head <= set(rows[0]):
        report.add(
            _fault(
                "roster.table",
                say("表格第一行要有“代号”和“姓名”两列"),
                say("在 Excel 里另存为“CSV UTF-8”；可有的列：{names}", names="、".join(_FIELDS)),
            )
        )
        return None
    found = dict(known)
    for number, row in enumerate(rows, start=2):
        ref, entry = (row.get("代号") or "").strip(), _entry({k: v or "" for k, v in row.items() if k})
        if not ref or entry is None:
            report.add(
                _fault(
                    "roster.table", say("表格第 {line} 行缺代号或姓名", line=number), say("补上后再导入；这次没有写入")
                )
            )
            continue
        found[ref] = _joined(found.get(ref), entry)
    return len(rows) if not report.failed and _save(found, project, report) else None


def edit(
    project: Project, report: Report, again: Callable[[Sequence[Diagnostic]], bool] = lambda faults: False
) -> bool:
    """Open the roster in the editor of this user and close it again; nothing is changed if it can't be read then.

    ``again`` is asked, with what is wrong in it, whether it is to be opened once more as it was left.
    """
    known = people(project, report)
    if known is None:
        return False
    with _apart() as folder:
        path = folder / "roster.yaml"
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(_HEAD + written(known))
        while True:
            try:
                ended = subprocess.run([*_editor(), str(path)], check=False).returncode
            except OSError:
                ended = 1
            if ended != 0:
                report.add(_fault("roster.editor", say("编辑器没有正常关闭，名册没有改动"), say("设好 EDITOR 再试")))
                return False
            own = Report()
            changed = read_people(path.read_text("utf-8-sig"), _NAME, own)
            if changed is not None or not again(own.diagnostics):
                break
    report.extend(own.diagnostics)
    return changed is not None and _save(changed, project, report)


def write_hashes(project: Project, report: Report) -> tuple[Path, str | None] | None:
    """Keyed hashes of the roster for machines that may not know it: the file, and the key if it was made just now.

    The key is that of ``ZHANKAN_ROSTER_KEY`` or a new one of 256 bits, to be kept as a secret of those machines.
    """
    known = people(project, report)
    if known is None:
        return None
    key, made = hash_key(), None
    if key is None:
        made = secrets.token_hex(32)
        key = made.encode()
    path = hashes_file(project)
    text = json.dumps(hashes(Roster(known), key), ensure_ascii=False, indent=0, sort_keys=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        new.write_text(text + "\n", "utf-8")
        os.replace(new, path)
    except OSError:
        report.add(_fault("roster.unwritable", say("名册写不进去"), say("检查文件夹权限和磁盘空间")))
        return None
    return path, made


def written(known: Mapping[str, Entry]) -> str:
    """People as the text of a roster."""
    data = {
        "人员": {
            ref: {
                k: list(v) if isinstance(v, tuple) else v
                for k, v in entry.model_dump(by_alias=True, exclude_defaults=True).items()
            }
            for ref, entry in sorted(known.items())
        }
    }
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=10_000))


def _entry(answers: Mapping[str, str]) -> Entry | None:
    values = {
        name: [v.strip() for v in answers.get(name, "").replace("；", ";").replace("、", ";").split(";") if v.strip()]
        for name in _FIELDS
    }
    return Entry.model_validate({k: v for k, v in values.items() if v}) if values["姓名"] else None


def _joined(before: Entry | None, entry: Entry) -> Entry:
    if before is None:
        return entry
    values = {
        name: tuple(dict.fromkeys((*getattr(before, name), *getattr(entry, name))))
        for name in Entry.model_fields
        if name != "traits"
    }
    return before.model_copy(update=values)


def _save(known: Mapping[str, Entry], project: Project, report: Report) -> bool:
    try:
        encrypt(written(known), roster_file(project))
    except LockedError:
        report.add(
            _fault(
                "roster.key",
                say("钥匙文件坏了，打不开也存不了名册"),
                say("从备份里恢复 roster.key；真没有了，把它移走，再从头建名册"),
            )
        )
        return False
    except OSError:
        report.add(_fault("roster.unwritable", say("名册写不进去"), say("检查文件夹权限和磁盘空间；原来的名册没有动")))
        return False
    return True


@contextmanager
def _apart() -> Iterator[Path]:
    """A folder for this user alone, in memory where there is such a place; overwritten and gone afterwards."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() and os.access(memory, os.W_OK) else None))
    try:
        yield folder
    finally:
        for path in folder.rglob("*"):
            with suppress(OSError):
                path.write_bytes(b"\0" * path.stat().st_size)
        shutil.rmtree(folder, ignore_errors=True)


def _editor() -> list[str]:
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if chosen:
        return shlex.split(chosen, posix=os.name == "posix")
    return ["notepad"] if sys.platform == "win32" else ["open", "-W", "-t"] if sys.platform == "darwin" else ["vi"]


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _fault(code: str, message: Text, hint: Text) -> Diagnostic:
    return error(code, message, Span(_NAME), hint)
