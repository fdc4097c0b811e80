"""The command line: parse, call, print, exit code. Whatever is heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from generator import __version__, messages
from generator.diagnostics import Report, Text, say
from generator.limits import WHOLE_MEMORY, memory
from generator.project import LANGUAGES, Project, read_file
from generator.writers import ON_REQUEST, WRITERS

if TYPE_CHECKING:
    from generator.diagnostics import Diagnostic
    from generator.model import Publication, Records
    from generator.stamp import Stamp

OK, FAULTY, USAGE, INTERRUPTED = 0, 1, 2, 130

FORMATS = tuple(name for name in WRITERS if name not in ON_REQUEST)

#: Of a file that a message quotes, no more is looked at (bytes).
_LONGEST = 4_000_000

#: What ``zhankan list`` can list; what ``inventory.TABLES`` holds, repeated so that ``--help`` needn't load it.
LISTS = ("types", "editions", "records", "stations", "people", "indicators", "facts", "codes")

#: What ``zhankan sign`` can sign, and with what result: the names in content/, and what an English keyboard types.
STEPS = {
    "初审": "r1", "复审": "r2", "终审": "r3", "一校": "p1", "二校": "p2", "三校": "p3", "通读": "read", "核红": "check",
    "付印": "print",
}  # fmt: skip
RESULTS = {"通过": "pass", "改后通过": "mended", "退改": "back", "付印": "print", "改后付印": "mended-print"}


def _either(names: Mapping[str, str]) -> click.Choice[str]:
    return click.Choice((*names, *names.values()))


def _chinese(word: str, names: Mapping[str, str]) -> str:
    return next((name for name, other in names.items() if word == other), word)


#: What ``zhankan roster`` can do.
ROSTER = ("init", "add", "edit", "list", "remove", "import", "hashes")


# -- help in the reader's language -------------------------------------------------------------------------


class _Formatter(click.HelpFormatter):
    """Wraps Chinese, which has no spaces, and counts its columns."""

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            for line in messages.wrap(paragraph, self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((messages.width(term) for term, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, text in rows:
            lines = messages.wrap(text, max(self.width - first - self.current_indent, 20))
            gap = first - messages.width(term)
            lead = f"{indent}{term}" + (" " * gap if gap >= col_spacing else f"\n{indent}{' ' * first}")
            self.write(f"\n{indent}{' ' * first}".join([lead + lines[0], *lines[1:]]) + "\n" if lines else f"{lead}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Option(click.Option):
    """An option whose help is a Chinese key of the catalogue."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace(self.help or "", messages.phrase(self.help or ""), 1))


class _Argument(click.Argument):
    """As :class:`_Option`."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        name, text = super().get_help_record(ctx)
        return name, text.replace(self.help or "", messages.phrase(self.help or ""), 1)


class _Command(click.Command):
    """As :class:`_Option`; the first paragraph of the help is its line in the list of commands."""

    context_class = _Context

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(messages.phrase(self.help or ""))

    def get_short_help_str(self, limit: int = 45) -> str:
        return messages.phrase(self.help or "").split("\n\n")[0].rstrip("。.")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = gettext("Show this message and exit.")
        return option


class _Group(_Command, click.Group):
    """The root: settles the language before anything is parsed, and every way to end after."""

    command_class = _Command

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, *rest: Any, **extra: Any
    ) -> None:
        """Run, and end the process with 0, 1, 2 or 130; see :meth:`click.Command.main`."""
        arguments = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")  # an old Windows code page must not end a run
        chosen = messages.language(_lang(arguments), os.environ)
        extra["standalone_mode"] = False
        if args is None:  # a process of its own
            memory(WHOLE_MEMORY)
        with messages.speaking(chosen):
            try:
                code = super().main(arguments, prog_name or "zhankan", *rest, **extra)
                sys.stdout.flush()
            except click.Abort:
                click.echo(messages.phrase("已中断"), err=True)
                code = INTERRUPTED
            except click.ClickException as fault:
                fault.show()
                code = fault.exit_code
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter's end complains
                code = FAULTY
            except Exception as fault:
                _apologise(fault)
                code = FAULTY
        sys.exit(code or OK)


def _lang(arguments: Sequence[str]) -> str | None:
    """The value of ``--lang`` wherever it stands, because ``--help`` may stand before it."""
    for here, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if here == "--lang":
            return following
        if here.startswith("--lang="):
            return here.removeprefix("--lang=")
    return None


def _apologise(fault: Exception) -> None:
    """Say in both languages that we broke, and where; never what the fault's message quotes from content."""
    import traceback

    frames = [f for f in traceback.extract_tb(fault.__traceback__) if "generator" in Path(f.filename).parts]
    last = frames[-1] if frames else traceback.extract_tb(fault.__traceback__)[-1]
    place = f"{Path(last.filename).parent.name}/{Path(last.filename).name}:{last.lineno}"
    name = f"zhankan {__version__}, {type(fault).__name__}, {place}"
    click.echo(
        f"程序自身出错，与稿件无关。请把这一行报给维护的人：{name}\n"
        f"zhankan itself failed; this is not your content's fault. Please report this line to its maintainers: {name}",
        err=True,
    )
    if os.environ.get("ZHANKAN_DEBUG") == "1":
        click.echo("".join(traceback.format_tb(fault.__traceback__)) + type(fault).__name__, err=True)


# -- what commands share -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Session:
    """Where and in which language a command works."""

    project: Project

    def say(self, text: Text, *, err: bool = False) -> None:
        click.echo(messages.translate(text, self.project.language), err=err)

    def show(self, report: Report, form: str, *, strict: bool = False, err: bool = False) -> None:
        """Print the diagnostics of a run; to standard error if ``err`` and they are text."""
        diagnostics = report.sorted(strict=strict)
        if form == "json":
            json = messages.as_json(diagnostics, self.project.language)
            sys.stdout.buffer.write(json.encode("utf-8") + b"\n")  # UTF-8 whatever the terminal's code page
            return
        color = (sys.stderr if err else sys.stdout).isatty() and "NO_COLOR" not in os.environ
        text = messages.render(diagnostics, self.project.language, self.lines, color=color)
        click.echo(text, err=err, color=color)

    def lines(self, file: str) -> list[str] | None:
        """The lines of a file of the workspace; None if it isn't one, can't be read or isn't UTF-8."""
        path = self.project.root / file
        try:
            if not path.resolve().is_relative_to(self.project.root.resolve()):
                return None
            text = read_file(path, _LONGEST)[:_LONGEST].decode("utf-8-sig")
        except (OSError, ValueError):
            return None
        return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def editions(self, names: Sequence[str], *, each: bool | None = False) -> list[str]:
        """Ids of the editions asked for by id, file name or title; faults that hide one are shown first.

        They must be 每站一册 if ``each``, and must not if it is false.
        """
        from generator import inventory

        if not names:
            return []
        report = Report()
        records = self.records(report)
        found = [inventory.edition(records, name) for name in names]
        for edition in found:
            if isinstance(edition, Text):
                if report.failed:
                    self.show(report, "text", err=True)
                raise click.UsageError(messages.translate(edition, self.project.language))
            if each is not None and bool(getattr(records[edition], "for_each", ())) is not each:
                wrong = (
                    say("“{name}”不是每站一册；在它里面写上“每站一册: 镇街站”，或去掉 --for-each", name=edition)
                    if each
                    else say("“{name}”是每站一册，要写明：zhankan build {name} --for-each station", name=edition)
                )
                raise click.UsageError(messages.translate(wrong, self.project.language))
        return [edition for edition in found if isinstance(edition, str)]

    def records(self, report: Report) -> Records:
        from generator.load import load

        return load(self.project, report)

    def stations(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Ids of the stations asked for by id, name or short name."""
        import difflib

        from generator.records.station import Station

        records = self.records(Report())
        known = {name: s.id for s in records.of(Station) for name in (s.title, s.short_name, s.id)}
        for name in wanted:
            if name not in known and name not in records.faulty:
                close = difflib.get_close_matches(name, known, 1, 0.4)
                text = (
                    say("没有站点“{name}”，是不是“{close}”？", name=name, close=close[0])
                    if close
                    else say("没有站点“{name}”；zhankan list stations 列出全部站点", name=name)
                )
                raise click.UsageError(messages.translate(text, self.project.language))
        return tuple(known.get(name, name) for name in wanted)


class _StrictReport(Report):
    """A report that a warning fails too."""

    @property
    def failed(self) -> bool:
        return bool(self.diagnostics)


def _report(strict: bool) -> Report:
    return _StrictReport() if strict else Report()


def _progress(line: str) -> None:
    if sys.stderr.isatty():
        click.echo(line, err=True)


_session = click.make_pass_decorator(_Session)

_editions = click.argument(
    "editions",
    metavar="[EDITION]...",
    nargs=-1,
    cls=_Argument,
    help="出版物的编号、文件名或标题；不写就是全部。",
)
_strict = click.option("--strict", is_flag=True, cls=_Option, help="警告也算错误。")


# -- commands ----------------------------------------------------------------------------------------------


@click.group(
    cls=_Group,
    help="站刊：把社工站的稿件和数据排成季刊、案例集和指引，出 PDF、Word 和网页。\n\n"
    "新手先运行 zhankan init 建一个工作区，再运行 zhankan build。",
)
@click.option("--lang", type=click.Choice(LANGUAGES), cls=_Option, help="提示用的语言：zh 中文，en 英文。")
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    cls=_Option,
    metavar="DIR",
    help="工作区文件夹，里面有 content；不写就是当前文件夹。",
)
@click.version_option(__version__, message="zhankan %(version)s", cls=_Option, help="显示版本号。")
@click.pass_context
def zhankan(ctx: click.Context, lang: str | None, root: Path) -> None:
    ctx.obj = _Session(Project(root.absolute(), language=messages.language(lang, os.environ)))


@zhankan.command(help="新建一个工作区，放进样例稿件和编辑器设置。\n\n只写进空文件夹，不覆盖任何文件。")
@click.argument("directory", metavar="[DIR]", required=False, cls=_Argument, help="新工作区的文件夹；不写就是 --root。",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--empty", is_flag=True, cls=_Option, help="不放整套样例，只放每类一件的小例子。")
@_session
def init(session: _Session, directory: Path | None, empty: bool) -> int:
    from generator import workspace

    target = session.project.root if directory is None else directory.absolute()
    report = Report()
    written = workspace.init(target, report, empty=empty)
    if report.failed:
        session.show(report, "text", err=True)
        return FAULTY
    session.say(say("已在 {folder} 放好 {count} 个文件", folder=_near(target), count=len(written)))
    session.say(say("接着运行：zhankan --root {folder} build", folder=_near(target)))
    return OK


@zhankan.command(help="新建一条记录：写好字段骨架的文件，放进该放的文件夹。\n\nzhankan list types 列出全部类型。")
@click.argument("kind", metavar="TYPE", cls=_Argument, help="记录类型，中英文都可以，如 news 或 动态。")
@click.argument(
    "identifier", metavar="[ID]", required=False, cls=_Argument, help="编号，也是文件名；不写就用类型加日期。"
)
@_session
def new(session: _Session, kind: str, identifier: str | None) -> int:
    from generator import workspace

    report = Report()
    path = workspace.new(kind, identifier, session.project, report)
    if path is None:
        session.show(report, "text", err=True)
        return FAULTY
    click.echo(_near(path))
    return OK


@zhankan.command(help="检查稿件，不出成品。\n\n有错误时退出码是 1。")
@_editions
@_strict
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", cls=_Option,
              help="提示的格式：text 给人看，json 给程序看。")  # fmt: skip
@click.option("--fix", "mend", is_flag=True, cls=_Option, help="把有把握的改正写进 content，再检查。")
@click.option("--dry-run", is_flag=True, cls=_Option, help="与 --fix 同用：只列出会改哪些字，不写文件。")
@_session
def check(session: _Session, editions: tuple[str, ...], strict: bool, form: str, mend: bool, dry_run: bool) -> int:
    from generator.build import check

    report = _report(strict)
    if mend:
        from generator import fixing

        fixed = fixing.fix(session.project, session.editions(editions, each=None), report)
        if not dry_run:
            fixing.write(session.project, fixed, report)
        for line in _mended(session, fixed, report, dry_run):
            click.echo(line, err=form == "json")
        session.show(report, form, strict=strict)
        return FAULTY if report.failed else OK
    if dry_run:
        raise click.UsageError(messages.translate(say("--dry-run 要与 --fix 同用"), session.project.language))
    check(session.project, session.editions(editions, each=None), report)
    session.show(report, form, strict=strict)
    return FAULTY if report.failed else OK


def _mended(session: _Session, fixed: Any, report: Report, dry_run: bool) -> Iterable[str]:
    """The lines that change, as they are and as they become, and how many there are.

    Of a line on which something private was found only the place is told.
    """
    secret = {(d.span.file, d.span.line) for d in report.diagnostics if messages.private(d)}
    count = 0
    for change in fixed.changes():
        count += 1
        old, new = messages.differing(change.before, change.after)
        yield f"{change.file}:{change.line}"
        if (change.file, change.line) in secret:
            continue
        yield f"  - {old}"
        yield f"  + {new}"
    told = (
        say(
            "会改 {count} 处，{lines} 行，{files} 个文件；没有写文件",
            count=fixed.count,
            lines=count,
            files=len(fixed.files),
        )
        if dry_run
        else say("改了 {count} 处，{lines} 行，{files} 个文件", count=fixed.count, lines=count, files=len(fixed.files))
    )
    yield messages.translate(told, session.project.language)


@zhankan.command(help="出成品，放进 build 文件夹。\n\n有一处错误就一份也不出，上一回的成品原样留着。")
@_editions
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, cls=_Option,
              help="只出这种格式，可写几次；不写就全出。")  # fmt: skip
@click.option("--why", is_flag=True, cls=_Option, help="说明每份成品为什么重出，或没有变。")
@click.option("--review", is_flag=True, cls=_Option,
              help="另出审阅版 Word：开着修订，改好拿回来用 zhankan review 读进稿件。")  # fmt: skip
@_strict
@click.option("--diagnostics", "form", type=click.Choice(("text", "json")), default="text", cls=_Option,
              help="提示的格式：text 给人看，json 给程序看。")  # fmt: skip
@click.option("--for-each", metavar="station[=ID,…]", cls=_Option,
              help="给每个站点各出一册，或只给写明的站点出；照标了“每站一册”的出版物。")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), metavar="N", cls=_Option,
              help="这台电脑同时出几册；不写就是处理器的核数。")  # fmt: skip
@click.option("--limit-time", metavar="TIME", cls=_Option,
              help="每册最多用多久，如 120s、5m；0 不限；分册出时不写就是 5m。")  # fmt: skip
@click.option("--limit-memory", metavar="SIZE", cls=_Option,
              help="每册最多占多少内存，如 512M、2G；0 不限；分册出时不写就是 2G。")  # fmt: skip
@click.option("--cluster", metavar="ADDRESS", cls=_Option,
              help="交给 Dask 集群出，写调度机的地址，如 tcp://10.0.0.5:8786。")  # fmt: skip
@click.option("--sources", metavar="URL", cls=_Option,
              help="稿件在哪里：共享文件夹或 s3:// 这样的地址，里面有 content；不写就是工作区。")  # fmt: skip
@click.option("--results", metavar="URL", cls=_Option,
              help="成品放到哪里，写法同上；不写就是工作区的 build。")  # fmt: skip
@_session
def build(
    session: _Session, /, editions: tuple[str, ...], formats: tuple[str, ...], why: bool, review: bool, strict: bool,
    form: str, **apart: Any,
) -> int:  # fmt: skip
    if any(value is not None for value in apart.values()):
        if why or review:
            raise click.UsageError(
                messages.translate(say("分册出时不能用 --why 和 --review"), session.project.language)
            )
        return _build_apart(session, editions, formats or FORMATS, form, strict, **apart)
    from generator.stamp import Stamp

    report = _report(strict)
    reasons = _reasons(session) if why else lambda title, format_, found: None
    asked = click.get_current_context().params
    stamp = Stamp(session.project, {name: asked[name] for name in asked.keys() - {"why", "form"}})
    if (outcome := stamp.outcome()) is not None:
        for line in outcome.told:
            if len(line) > 1:
                reasons(line[0], line[1], [])
            else:
                _progress(line[0])
        report.extend(outcome.diagnostics)
        paths = outcome.paths
    else:
        wanted = (*(formats or FORMATS), *(("review",) if review else ()))
        paths = _built(session, editions, wanted, report, reasons, stamp)
    if report.diagnostics or form == "json":
        session.show(report, form, strict=strict, err=True)
    if report.failed:
        return FAULTY
    for path in paths:
        click.echo(_near(path), err=form == "json")
    return OK


def _built(
    session: _Session, editions: Sequence[str], formats: Sequence[str], report: Report, reasons: _Tell, stamp: Stamp
) -> Sequence[Path]:
    """The files to open of editions built now; what is said and made goes into the stamp too."""
    from generator.build import build
    from generator.stamp import Outcome

    told: list[tuple[str, ...]] = []

    def progress(line: str) -> None:
        told.append((line,))
        _progress(line)

    def why(publication: Publication, format_: str, found: Sequence[Text]) -> None:
        told.append((publication.title, format_))
        reasons(publication.title, format_, found)

    def note(publication: Publication, files: Mapping[str, bytes], report: Report) -> Mapping[str, bytes]:
        stamp.note(publication, files)
        return {}

    paths = build(session.project, session.editions(editions), formats, report, progress, finish=note, why=why)
    if not report.failed:
        stamp.keep(Outcome(report.diagnostics, paths, told))
    return paths


def _build_apart(
    session: _Session, editions: Sequence[str], formats: Sequence[str], form: str, strict: bool, *,
    for_each: str | None, workers: int | None, limit_time: str | None, limit_memory: str | None,
    cluster: str | None, sources: str | None, results: str | None,
) -> int:  # fmt: skip
    """Build whole editions side by side, each by itself: one for each station, under limits, on a cluster."""
    from generator import fleet
    from generator.lane import Limits

    language = session.project.language
    kind, _, chosen = (for_each or "station").partition("=")
    faults = [say("--for-each 只能写 station 或 station=编号,编号")] if kind.strip() != "station" else []
    seconds = _amount(limit_time, {"s": 1, "m": 60, "h": 3600, "": 1}, fleet.LIMITS.seconds)
    memory = _amount(limit_memory, {"m": 1024**2, "g": 1024**3, "mb": 1024**2, "gb": 1024**3}, fleet.LIMITS.memory)
    faults += [say("--limit-time 写成 120s 或 5m")] if seconds is None else []
    faults += [say("--limit-memory 写成 512M 或 2G")] if memory is None else []
    for fault in faults:
        raise click.UsageError(messages.translate(fault, language))
    stations = tuple(s.strip() for s in chosen.split(",") if s.strip())
    if not sources:  # elsewhere there may be others
        editions = session.editions(editions, each=for_each is not None)
        stations = session.stations(stations) if stations else ()
    report, limits = Report(), Limits(seconds or 0, int(memory or 0))
    order = fleet.Order(
        editions, tuple(formats), for_each is not None, stations, cluster or "", sources or "", results or "",
        workers or 0, limits, strict,
    )  # fmt: skip

    def tell(outcome: fleet.Outcome, done: int, count: int) -> None:
        state = say("出错") if outcome.failed else say("没有稿件") if outcome.files is None else None
        if state is None:
            state = say("{seconds:.1f} 秒", seconds=outcome.seconds) if outcome.fresh else say("没有变，用上回的")
        line = f"{done}/{count}  {outcome.name}  {messages.translate(state, language)}"
        click.echo(line, err=True)

    done = fleet.build(session.project, order, report, tell)
    return _tell_apart(session, done, report, form, strict)


def _tell_apart(session: _Session, done: Any, report: Report, form: str, strict: bool) -> int:
    """Print what became of editions built side by side: faults by edition, then where the finished ones are."""
    failed = [outcome for outcome in done.outcomes if outcome.failed]
    bare = [outcome for outcome in done.outcomes if not outcome.failed and outcome.files is None]
    for outcome in done.outcomes:
        if outcome.files is not None:
            report.extend(outcome.diagnostics)
    if form == "json":
        blocks = [("", report.sorted(strict=strict)), *((o.name, o.diagnostics) for o in (*failed, *bare))]
        json = messages.as_json_of(blocks, session.project.language)
        sys.stdout.buffer.write(json.encode("utf-8") + b"\n")
    else:
        for outcome in failed:
            said = Report(list(outcome.diagnostics))
            click.echo(f"\n{outcome.name}　{outcome.title}".rstrip("　"), err=True)
            session.show(said, form, err=True)
        if report.diagnostics:
            session.show(report, form, strict=strict, err=True)
    for folder in done.folders:
        click.echo(_near(Path(folder)) if "://" not in folder else folder, err=form == "json")
    if bare:
        names = "、".join(outcome.name for outcome in bare[:_MOST_NAMED]) + "……" * (len(bare) > _MOST_NAMED)
        more = say("没有可登的稿件，没有出 {count} 册：{names}", names=names, count=len(bare))
        session.say(more, err=True)
    if done.outcomes:
        made = len(done.folders)
        text = say(
            "出了 {done} 册，出错 {failed} 册，没有稿件 {bare} 册", done=made, failed=len(failed), bare=len(bare)
        )
        session.say(text, err=True)
    return FAULTY if failed or report.failed or (strict and (bare or report.diagnostics)) else OK


_MOST_NAMED = 20


def _amount(written: str | None, units: Mapping[str, int], otherwise: float) -> float | None:
    """A number with a unit; None if it is none."""
    if written is None:
        return otherwise
    number = written.strip().rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = written.strip()[len(number) :].lower()
    if number == "0":
        return 0
    try:
        return float(number) * units[unit] if float(number) > 0 else None
    except (ValueError, KeyError):
        return None


@zhankan.command(help="边写边看：先出一次，以后每存一次稿件就重出改到的出版物。\n\n按 Ctrl+C 停。")
@_editions
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, cls=_Option,
              help="出这种格式，可写几次；不写就出 PDF。")  # fmt: skip
@_session
def watch(session: _Session, editions: tuple[str, ...], formats: tuple[str, ...]) -> int:
    from generator.watch import watch

    def tell(saved: Sequence[str], report: Report, paths: Sequence[Path], seconds: float) -> None:
        if saved:
            session.say(say("存了 {files}", files="、".join(saved[:_MOST_REASONS])))
        if report.diagnostics:
            session.show(report, "text")
        if report.failed:
            session.say(say("有错误，成品没有动；改好存盘会再出"))
        else:
            session.say(say("出好 {count} 个文件，{seconds:.1f} 秒；等着下一次存盘", count=len(paths), seconds=seconds))

    try:
        reasons = _reasons(session)
        watch(
            session.project, session.editions(editions), formats or ("pdf",), tell,
            lambda publication, format_, found: reasons(publication.title, format_, found),
        )  # fmt: skip
    except KeyboardInterrupt:
        click.echo()
    return OK


#: Is told, for an edition's title and a format, why it is made again; nothing if it is not.
_Tell = Callable[[str, str, Sequence[Text]], None]


def _reasons(session: _Session) -> _Tell:
    """Tells, on standard error, why files are made again."""

    def tell(title: str, format_: str, found: Sequence[Text]) -> None:
        told = [messages.translate(text, session.project.language) for text in found[:_MOST_REASONS]]
        if len(found) > _MOST_REASONS:
            more = say("还有 {count} 处", count=len(found) - _MOST_REASONS)
            told.append(messages.translate(more, session.project.language))
        what = "；".join(told) or messages.translate(say("没有变，用上回的"), session.project.language)
        click.echo(f"  {title} {format_}：{what}", err=True)

    return tell


_MOST_REASONS = 6


@zhankan.command(help="读回改好的审阅版：列出谁在哪篇稿件的哪个字段改了什么，写成补丁。\n\n"
                      "稿件不会动；看过没有问题，加 --apply 才写进 content。")  # fmt: skip
@click.argument("file", metavar="FILE.docx", type=click.Path(path_type=Path), cls=_Argument,
                help="审阅人交回的 Word 文件。")  # fmt: skip
@click.option("--apply", "applied", is_flag=True, cls=_Option, help="把补丁写进 content。")
@click.option("--untracked", is_flag=True, cls=_Option, help="没有留修订痕迹的改动也收。")
@click.option("--edition", default="", cls=_Option, help="文件看不出是哪份出版物时，写明编号。")
@click.option("--diagnostics", "form", type=click.Choice(("text", "json")), default="text", cls=_Option,
              help="提示的格式：text 给人看，json 给程序看。")  # fmt: skip
@_session
def review(session: _Session, file: Path, applied: bool, untracked: bool, edition: str, form: str) -> int:
    from generator.review import apply, review

    report = Report()
    named = session.editions([edition])[0] if edition else ""
    result = review(session.project, file, report, edition=named, untracked=untracked)
    if result is not None:
        for line in _told(session, result):
            click.echo(line, err=form == "json")
    if report.diagnostics or form == "json":
        session.show(report, form, err=True)
    if result is None or result.refused:
        return FAULTY
    if result.patched:
        patch = file.with_suffix(".patch")
        try:
            patch.write_text(result.patch, encoding="utf-8", newline="")
            if applied:
                apply(session.project, result)
        except OSError as fault:
            session.say(
                say("写不成 {file}：{reason}", file=fault.filename or patch.name, reason=fault.strerror or "?"),
                err=True,
            )
            return FAULTY
        names = "、".join(sorted(result.patched))
        done = say("已写进 {files}；补丁留在 {patch}", files=names, patch=_near(patch))
        offered = say("补丁：{patch}（要改 {files}；稿件没有动，加 --apply 写入）", files=names, patch=_near(patch))
        session.say(done if applied else offered, err=form == "json")
    return FAULTY if report.failed else OK


def _told(session: _Session, result: Any) -> Iterable[str]:
    """The lines that tell what was found in a returned file, by record and field."""
    language = session.project.language
    sent = say("内容号 {revision}", revision=result.revision or "?")
    same = say("发出后稿件没有变过") if result.current else say("发出后稿件改过")
    yield f"{result.title}（{messages.translate(sent, language)}，{messages.translate(same, language)}）"
    if not result.findings:
        yield messages.translate(say("没有改动，也没有批注"), language)
    record = place = None
    for finding in result.findings:
        if (finding.file, finding.record) != record:
            record, place = (finding.file, finding.record), None
            where = f"《{finding.title}》　{finding.file}" if finding.title else finding.file
            yield f"\n{where or messages.translate(say('版式自己印的字'), language) + f'　{finding.record}'}"
        here = messages.translate(
            say("{field} 第 {number} 段", field=finding.field, number=finding.paragraph), language
        )
        if finding.field and here != place:
            place = here
            yield f"  {here}"
        by = f"　{finding.by.author} {finding.by.date[:10]}".rstrip() if finding.by else ""
        yield f"    {messages.translate(finding.kind, language)}{by}"
        yield f"      {finding.excerpt}"
    if result.findings:
        yield ""


@zhankan.command(help="看三审三校走到哪一步：每篇缺什么、在等谁、等了几天，哪个站点没有稿，能不能付印。")
@_editions
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", cls=_Option,
              help="text 给人看，json 给程序看。")  # fmt: skip
@_session
def status(session: _Session, editions: tuple[str, ...], form: str) -> int:
    from generator import signing
    from generator.records.edition import Edition

    report = Report()
    records = session.records(report)
    wanted = session.editions(editions) or [e.id for e in records.of(Edition) if not e.for_each]
    states = [signing.status(e, records, session.project.today) for i in wanted if isinstance(e := records[i], Edition)]
    if form == "json":
        import json

        told = json.dumps({"editions": [state.as_data() for state in states]}, ensure_ascii=False, indent=2)
        sys.stdout.buffer.write(told.encode("utf-8") + b"\n")
    else:
        for number, state in enumerate(states):
            click.echo(("\n" if number else "") + "\n".join(_standing(session, state)))
    if report.failed:
        session.say(say("有错误的记录没有列出；运行 zhankan check 看是哪些"), err=True)
    return OK


def _standing(session: _Session, state: Any) -> Iterable[str]:
    """The lines that tell where an edition stands."""

    def tell(text: Text) -> str:
        return messages.translate(text, session.project.language)

    waiting = [piece for piece in state.pieces if not piece.ready]
    if state.stale:
        word = say("发布以后又改了，要再审、再发布")
    elif state.released is not None:
        word = say("{date} 已发布", date=state.released)
    elif waiting or not state.pieces:
        word = say("不能发布：{count} 篇里还有 {waiting} 篇没有走完", count=len(state.pieces), waiting=len(waiting))
    else:
        word = say("{count} 篇都走完了，可以发布：zhankan release {id} --by 签付印的人",
                   count=len(state.pieces), id=state.id)  # fmt: skip
    yield f"{state.title}（{state.id}，{state.status}）　{tell(word)}"
    if waiting:
        rows = []
        for piece in waiting:
            steps = [tell(say("签字后又改了"))] if piece.changed else []
            steps += [tell(say("最后一步没有指纹，要再签一次"))] if piece.unsure and not piece.due else []
            steps += [tell(say("还是草稿"))] if piece.draft else []
            for who, due in groupby(piece.due, key=lambda due: due.people):
                names = "、".join(name for _, name in who) or tell(say("没有合适的人"))
                steps.append(f"{'、'.join(d.step for d in due)}（{names}）")
            days = tell(say("{days} 天", days=piece.days)) if piece.days is not None else ""
            rows.append((piece.id, piece.title, "、".join(steps), days))
        head = (tell(say("编号")), tell(say("标题")), tell(say("还缺")), tell(say("停了")))
        yield messages.table(head, rows)
    for station in state.stations:
        if not station.pieces:
            why = f"：{station.reason}" if station.reason else ""
            yield f"{station.name}（{station.id}）　{tell(say('没有稿'))}{why}"


_DATE = click.DateTime(["%Y-%m-%d"])


@zhankan.command(help="记下三审三校的一步，写进稿件的“审校”，连同看的是哪一稿。\n\n"
                      "规矩不许的不写，并说明为什么；写出版物的编号就是它的每一篇。")  # fmt: skip
@click.argument("pieces", metavar="PIECE...", nargs=-1, required=True, cls=_Argument,
                help="稿件的编号，或出版物的编号。")  # fmt: skip
@click.option("--step", required=True, type=_either(STEPS), metavar="STEP", cls=_Option,
              help="哪一步：初审、复审、终审、一校、二校、三校、通读、核红、付印。")  # fmt: skip
@click.option("--by", required=True, metavar="PERSON", cls=_Option, help="谁看的：人物的编号或姓名。")
@click.option("--result", type=_either(RESULTS), metavar="RESULT", cls=_Option,
              help="结论：通过、改后通过、退改、付印、改后付印；不写是通过，付印一步是付印。")  # fmt: skip
@click.option("--note", cls=_Option, help="意见；初审要写。")
@click.option("--date", type=_DATE, cls=_Option, help="哪天看的，如 2024-03-08；不写是今天。")
@_session
def sign(
    session: _Session, pieces: tuple[str, ...], step: str, by: str, result: str | None, note: str | None, date: Any
) -> int:
    from generator import signing
    from generator.model import Signature

    day = date.date() if date else session.project.today
    step = _chinese(step, STEPS)
    entry = Signature.model_validate(
        {"环节": step, "人": by, "日期": day, "意见": note or None,
         "结论": _chinese(result, RESULTS) if result else "付印" if step == "付印" else "通过"}
    )  # fmt: skip
    report = Report()
    written = signing.sign(session.project, pieces, entry, report)
    if report.failed:
        session.show(report, "text", err=True)
        return FAULTY
    for file in written:
        click.echo(file)
    return OK


@zhankan.command(help="发布一份出版物：每一篇都走完了，就写下谁在哪天签付印、付印的是哪一稿。\n\n"
                      "还差什么，全部列出来，什么也不写。")  # fmt: skip
@click.argument("edition", metavar="EDITION", cls=_Argument, help="出版物的编号、文件名或标题。")
@click.option("--by", required=True, metavar="PERSON", cls=_Option, help="签付印的人：人物的编号或姓名。")
@click.option("--date", type=_DATE, cls=_Option, help="哪天签的；不写是今天。")
@_session
def release(session: _Session, edition: str, by: str, date: Any) -> int:
    from generator import signing

    report = Report()
    day = date.date() if date else session.project.today
    file = signing.release(session.project, session.editions([edition], each=None)[0], by, day, report)
    if file is None:
        session.show(report, "text", err=True)
        return FAULTY
    click.echo(file)
    session.say(say("付印时运行 zhankan facts {edition} --freeze，给印出的数字存底", edition=edition))
    return OK


@zhankan.command(help="给印刷厂或办公室双面打印拼版：先检查、出 PDF，再出“拼版”和“封面展开”。\n\n"
                      "按“印刷”里的“装订”拼；骑马订套帖，胶装、平订配帖，封面连书脊单出一张。")  # fmt: skip
@click.argument("editions", metavar="EDITION...", nargs=-1, required=True, cls=_Argument,
                help="出版物的编号、文件名或标题。")  # fmt: skip
@click.option("--layout", type=click.Choice(("saddle", "signatures", "2", "4", "6", "8")), cls=_Option,
              help="saddle 骑马订，signatures 分帖，数字是一面放几页、不折；不写就看装订。")  # fmt: skip
@click.option("--sheet", default="auto", metavar="SIZE", cls=_Option,
              help="纸：auto 正好够大，A3、SRA3、大度四开等，或 450x320（毫米）。")  # fmt: skip
@click.option("--signature", type=click.IntRange(1, 16), default=4, metavar="N", cls=_Option,
              help="分帖时几张纸折成一帖；不写是 4 张，16 页。")  # fmt: skip
@click.option("--gutter", type=click.FloatRange(0, 50), metavar="MM", cls=_Option,
              help="页与页之间留几毫米；不写按出血和铣背留。")  # fmt: skip
@click.option("--duplex", type=click.Choice(("long", "short")), cls=_Option,
              help="双面打印翻哪一边：long 长边，short 短边；不折的版式里，反面对着正面排。")  # fmt: skip
@click.option("--fit", is_flag=True, cls=_Option, help="纸放不下时缩小。")
@_strict
@_session
def impose(
    session: _Session,
    editions: tuple[str, ...],
    layout: Literal["saddle", "signatures", "2", "4", "6", "8"] | None,
    sheet: str,
    signature: int,
    gutter: float | None,
    duplex: Literal["long", "short"] | None,
    fit: bool,
    strict: bool,
) -> int:
    from generator import prepress
    from generator.build import build

    size = prepress.size(sheet)
    if isinstance(size, Text):
        raise click.UsageError(messages.translate(size, session.project.language))
    job = prepress.Job(layout, size, signature, gutter, fit, duplex)
    report, records = _report(strict), session.records(Report())
    paths = build(
        session.project,
        session.editions(editions),
        ("pdf",),
        report,
        _progress,
        lambda publication, files, found: prepress.impose(publication, files, records, session.project, job, found),
    )
    if report.diagnostics:
        session.show(report, "text", strict=strict, err=True)
    if report.failed:
        return FAULTY
    for path in paths:
        click.echo(_near(path))
    return OK


@zhankan.command("list", help="列出工作区里有什么。\n\n表里的“出处”是文件和行号。")
@click.argument("what", metavar="[WHAT]", required=False, default="records", type=click.Choice(LISTS), cls=_Argument,
                help="types 类型、editions 出版物、records 记录、stations 站点、people 人物、"
                     "indicators 指标、facts 事实、codes 提示代码；不写就是记录。")  # fmt: skip
@_session
def list_(session: _Session, what: str) -> int:
    from generator import inventory

    report = Report()
    listed = inventory.TABLES[what](session.records(report), session.project.language)
    head = [messages.translate(title, session.project.language) for title in listed.head]
    click.echo(messages.table(head, listed.rows))
    if report.failed:
        session.say(say("有错误的记录没有列出；运行 zhankan check 看是哪些"), err=True)
    return OK


@zhankan.command(help="查任何文件能不能发出去：名册里的字、能认出人的号码、批注修订、拍摄地点等。\n\n"
                      "PDF、Word、图片、网页、压缩包都能查；查到的值从不显示。有发现时退出码是 1。")  # fmt: skip
@click.argument("files", metavar="FILE...", nargs=-1, required=True, cls=_Argument, help="要查的文件。",
                type=click.Path(exists=True, dir_okay=False, path_type=Path))  # fmt: skip
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", cls=_Option,
              help="提示的格式：text 给人看，json 给程序看。")  # fmt: skip
@_session
def scan(session: _Session, files: tuple[Path, ...], form: str) -> int:
    from generator.privacy import keeping, outgoing

    report = Report()
    held = keeping.held(session.project, report)
    secrets = held.secrets
    named = {str(path): path.read_bytes() for path in files}
    report.extend(outgoing.scan(named, secrets, outgoing.identifiers))
    if held.why is not None:
        session.say(say("{why}：没有查真实名册里的字", why=held.why), err=True)
    session.show(report, form)
    return FAULTY if report.diagnostics or held.locked else OK


@zhankan.command(help="记下谁看过一张照片：脸和文字都看清了才登得出来。\n\n照片换了或改了要重看。")
@click.argument("file", metavar="FILE", cls=_Argument, help="content/media/ 里的文件名。")
@click.option("--by", required=True, metavar="ID", cls=_Option, help="看图的人的编号。")
@click.option("--faces", required=True, type=click.Choice(("none", "covered", "agreed")), cls=_Option,
              help="图上的脸：none 无，covered 已处理，agreed 本人已同意。")  # fmt: skip
@click.option("--writings", required=True, type=click.Choice(("none", "covered")), cls=_Option,
              help="图上的证件、病历、门牌、名单：none 无，covered 已处理。")  # fmt: skip
@_session
def tick(session: _Session, file: str, by: str, faces: str, writings: str) -> int:
    from generator import workspace

    report = Report()
    path = workspace.tick(session.project, Path(file).name, by, faces, writings, report)
    if path is None:
        session.show(report, "text", err=True)
        return FAULTY
    click.echo(_near(path))
    return OK


@zhankan.command(help="列出出版物里的每个数字：是哪条事实、值、出处、印在哪里。\n\n"
                      "没有一份印到的事实也列出；付印时用 --freeze 存底，以后改了要登更正。")  # fmt: skip
@_editions
@click.option("--freeze", is_flag=True, cls=_Option, help="付印：把这份出版物印出的事实存进 content/style/printed。")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", cls=_Option,
              help="表的格式：text 给人看，json 给程序看。")  # fmt: skip
@_session
def facts(session: _Session, editions: tuple[str, ...], freeze: bool, form: str) -> int:
    from generator import register

    if freeze and not editions:
        raise click.UsageError(messages.translate(say("要写明存哪一份的底"), session.project.language))
    from generator.build import check

    report = Report()
    if freeze:
        check(session.project, session.editions(editions), report)  # what is not in order does not go to press
    found = register.figures(session.project, session.editions(editions), report)
    if report.failed:
        session.show(report, "text", err=True)
        return FAULTY
    if freeze:
        for path in register.freeze(session.project, found, report):
            click.echo(_near(path))
        if report.diagnostics:
            session.show(report, "text", err=True)
        return FAULTY if report.failed else OK
    if form == "json":
        sys.stdout.buffer.write(register.as_json(found).encode("utf-8") + b"\n")
        return OK
    head = [messages.translate(title, session.project.language) for title in register.HEAD]
    click.echo(messages.table(head, register.rows(found, session.project.language)))
    return OK


@zhankan.command(help="讲清一条提示：是什么、为什么、怎么改。\n\nzhankan list codes 列出全部代码。")
@click.argument("code", metavar="CODE", cls=_Argument, help="提示方括号里的代码，如 yaml.tab。")
@_session
def explain(session: _Session, code: str) -> int:
    import difflib

    from generator import inventory

    language = session.project.language
    pages: Mapping[str, str] = inventory.manual(language)
    if code not in pages:
        close = difflib.get_close_matches(code, pages, 1, 0.4)
        text = say("没有“{code}”这个代码，是不是“{close}”？", code=code, close=close[0]) if close else None
        raise click.UsageError(messages.translate(text or say("没有“{code}”这个代码", code=code), language))
    click.echo(f"{code}\n\n{pages[code]}")
    return OK


@zhankan.command(help="写出各类记录的 JSON Schema，给编辑器补全和检查用。")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", cls=_Option,
              help="放在哪个文件夹；不写就是工作区的 schemas。")  # fmt: skip
@_session
def schema(session: _Session, out: Path | None) -> int:
    from generator import workspace

    for path in workspace.write_schemas((out or session.project.root / "schemas").absolute()):
        click.echo(_near(path))
    return OK


@zhankan.command(help="管保密名册：服务对象的真实姓名、证件、电话、住址。\n\n"
                      "名册加密放在 private/ 里，不进版本库；没有名册只能出草稿。")  # fmt: skip
@click.argument("action", metavar="ACTION", cls=_Argument, type=click.Choice(ROSTER),
                help="init、add、edit、list、remove、import、hashes。")  # fmt: skip
@click.argument("what", metavar="[WHAT]", required=False, cls=_Argument,
                help="add、remove 写代号，import 写表格的文件名。")  # fmt: skip
@_session
def roster(session: _Session, action: str, what: str | None) -> int:
    from generator.privacy import editing, keeping

    if action in ("add", "remove", "import") and what is None:
        text = say("{action} 后面要写代号或文件名", action=action)
        raise click.UsageError(messages.translate(text, session.project.language))
    report, project, named = Report(), session.project, what or ""
    if action == "init" and editing.create(project, report) is not None:
        session.say(
            say(
                "名册在 {path}，打开它的钥匙在 {key}",
                path=_near(keeping.roster_file(project)),
                key=str(keeping.key_file()),
            )
        )
        session.say(say("把钥匙另存一份到安全的地方；钥匙丢了，名册谁也打不开"))
    elif action == "add" and (answers := _asked(session, named)) and editing.add(project, named, answers, report):
        session.say(say("已登记 {ref}", ref=named))
    elif action == "edit" and editing.edit(project, report, lambda faults: _once_more(session, faults)):
        session.say(say("名册已重新加密保存"))
    elif action == "remove" and editing.remove(project, named, report):
        session.say(say("已删去 {ref}", ref=named))
    elif action == "import" and (count := editing.take_in(project, Path(named), report)) is not None:
        session.say(say("已登记 {count} 人；表格用完请删掉", count=count))
    elif action == "list" and (known := editing.people(project, report)) is not None:
        click.echo("\n".join(sorted(known)))
    elif action == "hashes" and (made := editing.write_hashes(project, report)) is not None:
        session.say(say("散列写在 {path}，可以进版本库", path=_near(made[0])))
        if made[1] is not None:
            session.say(say("钥匙（只显示这一次，设为那台机器的 ZHANKAN_ROSTER_KEY，不进版本库）："))
            click.echo(made[1])
    if report.failed:
        session.show(report, "text", err=True)
    return FAULTY if report.failed else OK


def _once_more(session: _Session, faults: Sequence[Diagnostic]) -> bool:
    """Whether the roster is to be opened again as it was left."""
    found = Report()
    found.extend(faults)
    session.show(found, "text", err=True)
    return click.confirm(
        messages.translate(say("行号是编辑器里的。再打开改吗？不改就全部作废"), session.project.language), default=True
    )


def _asked(session: _Session, ref: str) -> dict[str, str]:
    """What is known of somebody, asked for field by field; nothing of it stands on a command line."""
    from generator.privacy.roster import Entry

    session.say(say("登记 {ref}；几个值之间用“；”隔开，没有就按回车", ref=ref))
    fields = [info.alias or name for name, info in Entry.model_fields.items() if name != "traits"]
    return {field: click.prompt(field, default="", show_default=False) for field in fields}


@zhankan.command(help="看这台电脑能不能排版：系统库、字体、权限；缺什么，怎么装。")
@_session
def doctor(session: _Session) -> int:
    from generator import doctor

    language = session.project.language
    failed = False
    for finding in doctor.examine(session.project):
        failed = failed or finding.state is doctor.State.MISSING
        mark = messages.translate(doctor.WORDS[finding.state], language)
        click.echo(f"[{mark}] {messages.translate(finding.message, language)}")
        if finding.fix is not None:
            click.echo("       " + messages.translate(finding.fix, language))
    return FAULTY if failed else OK


def _near(path: Path) -> str:
    """A path as one would type it here."""
    try:
        return str(path.relative_to(Path.cwd())) or "."
    except ValueError:
        return str(path)
