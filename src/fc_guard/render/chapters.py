"""Makes the chapter of a step out of its report, in the words of the terminal's text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from fc_guard.language import joined, t
from fc_guard.model.fields import CODE, FieldChange
from fc_guard.model.merges import CodeMerge, Source
from fc_guard.model.plans import Action, Plan, Unit, Verb
from fc_guard.model.reports import Report
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.edits import by_whom, edits_told
from fc_guard.render.fields import Sides, last_written, side_texts, sources_of
from fc_guard.render.file_lines import SYMBOLS as FILE_SYMBOLS
from fc_guard.render.file_lines import differences, in_order, merged_lines, shown_names
from fc_guard.render.merge import as_yours, origin
from fc_guard.render.outcomes import outcome_text
from fc_guard.render.page import Chapter, Diff, Entry, Field, File, Point, Points, Section
from fc_guard.render.paint import SYMBOLS, painter
from fc_guard.render.plan import (
    HERE,
    LEFT_ALONE,
    NOT_HERE,
    REMOVING,
    THERE_BEFORE,
    TITLES,
    count_line,
    deleted_text,
    kept_lines,
    left_alone,
    orphans,
    removed,
)
from fc_guard.render.shown import Shown, changed_here, deleted_as_foreign, going_with_it, is_whole, moved_online
from fc_guard.render.shown import there_before as were_there
from fc_guard.render.stories import Story, reason_of, stories_of, story_of
from fc_guard.render.undo import PUT_BACK, deleted_since, made_again, moved_since, put_back, undo_count
from fc_guard.render.undo import TITLES as UNDO_TITLES
from fc_guard.render.whose import deployed_by, deployment, deployments_of
from fc_guard.render.wordings import fitting, of_deployment

PLAIN = painter(False)
WATCHING = frozenset({"drift", "pull"})
"""The commands that are about what moved online alone."""
FOUND = frozenset({"info", "invoke", "pull", "rescue", "sync"})
"""The commands that find something which is no plan."""


def chapter_of(step: str, report: Report, status: int) -> Chapter:
    """Returns what a page says of a step that ended with this status."""
    plan = report.plan
    where = [report.region, *([t("account {account}", account=report.account)] if report.account else [])]
    return Chapter(
        command=report.command,
        step=step,
        place=joined((text for text in where if text), " · "),
        status=status,
        count=_count(report),
        points=tuple(points for points in _points(plan) if points.points),
        hint=_hint(report),
        error="" if report.error is None else str(report.error),
        sections=tuple(section for section in _sections(report) if section.entries or section.lines),
        output=report.output if report.command in FOUND else {},
    )


def _count(report: Report) -> str:
    """Returns the plan in one line; '' where there is none."""
    plan = report.plan
    if not plan.actions and (report.error is not None or report.command in FOUND):
        return ""
    if report.command == "undo":
        return undo_count(plan)
    return count_line(plan, watch=report.command in WATCHING)


def _points(plan: Plan) -> Iterator[Points]:
    """Yields what has to be decided; where nothing has to be, what is online and not as last deployed."""
    stories = stories_of(plan, (*plan.undecided, *plan.conflicts))
    actions = {action.id: action for action in plan.actions}

    def about(units: Iterable[Unit]) -> tuple[Point, ...]:
        return tuple(_point(actions[unit.id], unit, stories[unit]) for unit in units)

    yield Points(t("To decide:"), about(plan.undecided))
    yield Points(t("In conflict:"), about(plan.conflicts))
    open_ends = {unit.id for unit in (*plan.undecided, *plan.conflicts)}
    moved = (action.diff for action in plan.actions if action.diff.drifted and action.id not in open_ends)
    yield Points(t("Online, and not as last deployed:"), tuple(map(_moved, moved)))


def _point(action: Action, unit: Unit, story: Story) -> Point:
    return Point(str(unit), reason_of(action, story), _whose(action.diff, [unit.aspect], story))


def _moved(diff: ResourceDiff) -> Point:
    story = story_of(diff)
    aspects = frozenset(change.aspect for change in diff.changes) or frozenset({""})
    return Point(str(diff.id), story.value, _whose(diff, aspects, story))


def _whose(diff: ResourceDiff, aspects: Iterable[str], story: Story) -> tuple[str, ...]:
    """Returns whose change it is: the deployments behind it, and who did it online, as far as that is known."""
    edited = by_whom(diff, aspects) if story in (Story.CHANGED, Story.DELETED) else ""
    return (*map(deployed_by, deployments_of(diff, aspects)), *_text(edited))


def _hint(report: Report) -> str:
    """Returns what can be done about what a plan leaves open. What ended a run says it itself."""
    if report.error is not None or report.command != "plan" or not report.plan.undecided:
        return ""
    wordings = of_deployment(report.plan, pruned=False)
    return wordings.hint(report.plan.undecided, fitting(report.plan.undecided, wordings).when_alone)


def _sections(report: Report) -> Iterator[Section]:
    plan = report.plan
    yield Section(t("What was done:"), lines=_text(outcome_text(report, PLAIN) if report.outcomes else ""))
    yield Section(t("Notes:"), lines=report.notes)
    match report.command:
        case "undo":
            yield from _of_undo(plan)
        case "remove":
            yield from _by_story(_foreign(plan))
            yield from _of_removal(plan)
        case command:
            watch = command in WATCHING
            yield from _by_story((story, _entry(shown)) for story, shown in moved_online(plan, watch))
            if not watch:
                yield from _of_deployment(plan)


def _text(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _by_story(told: Iterable[tuple[Story, Entry]]) -> Iterator[Section]:
    entries: dict[Story, list[Entry]] = {story: [] for story in TITLES}
    for story, entry in told:
        entries[story].append(entry)
    for story, title in TITLES.items():
        yield Section(title, tuple(entries[story]))


def _of_deployment(plan: Plan) -> Iterator[Section]:
    yield _there_before(plan)
    yield Section(HERE, tuple(_here(shown) for shown in changed_here(plan) if _is_told(shown)))
    yield Section(LEFT_ALONE, lines=tuple(left_alone(plan, PLAIN, full=True)))
    yield Section(NOT_HERE, lines=tuple(orphans(plan, PLAIN)))
    for action in plan.actions:
        if action.merge is not None:
            entry = Entry("~", str(action.id), _text(as_yours(action.merge)), files=tuple(_merged(action.merge)))
            yield Section(t("Merged code:"), (entry,))


def _of_removal(plan: Plan) -> Iterator[Section]:
    yield _there_before(plan)
    yield Section(REMOVING, lines=tuple(removed(plan, PLAIN)))


def _of_undo(plan: Plan) -> Iterator[Section]:
    for title, causes in UNDO_TITLES.items():
        yield Section(title, tuple(_since(shown) for shown in moved_since(plan, causes)))
    yield Section(PUT_BACK, tuple(_back(shown) for shown in put_back(plan)))


def _there_before(plan: Plan) -> Section:
    return Section(THERE_BEFORE, tuple(Entry("!", str(action.id)) for action in were_there(plan)))


def _foreign(plan: Plan) -> Iterator[tuple[Story, Entry]]:
    for story, action in deleted_as_foreign(plan):
        yield story, Entry("!", str(action.id))
    for story, shown in moved_online(plan, watch=True):
        yield story, _entry(shown)
    for action, kept in going_with_it(plan):
        yield Story.KEPT, Entry("!", str(action.id), tuple(kept_lines(action.diff, kept, PLAIN, full=True)))


def _entry(shown: Shown) -> Entry:
    diff = shown.action.diff
    if shown.deleted_online:
        by = () if diff.deleted_by is None else (t("by {deployment}", deployment=deployment(diff.deleted_by)),)
        return Entry("!", str(diff.id), (*edits_told(diff), deleted_text(shown, PLAIN), *by))
    notes = (*_text(last_written(diff)), *sources_of(diff, shown.changes), *edits_told(diff))
    return Entry("!", str(diff.id), notes, _fields(shown), _files(shown))


def _is_told(shown: Shown) -> bool:
    return bool(shown.changes) or is_whole(shown.action) or shown.action.verb is Verb.REPLACE


def _here(shown: Shown) -> Entry:
    action = shown.action
    symbol, _ = SYMBOLS[action.verb]
    notes = [action.reason] if action.reason and is_whole(action) else []
    if action.verb is Verb.REPLACE:
        notes.append(made_again(action))
    return Entry(symbol.strip() or "~", str(action.id), tuple(notes), _fields(shown), _files(shown))


def _since(shown: Shown) -> Entry:
    if shown.deleted_online:
        return Entry("!", str(shown.action.id), (deleted_since(PLAIN),))
    return _entry(shown)


def _back(shown: Shown) -> Entry:
    symbol, _ = SYMBOLS[shown.action.verb]
    return Entry(symbol, str(shown.action.id), _text(made_again(shown.action)), _fields(shown), _files(shown))


def _fields(shown: Shown) -> tuple[Field, ...]:
    return tuple(_field(change, shown.sides, bool(shown.files)) for change in shown.changes)


def _field(change: FieldChange, sides_of: Callable[[FieldChange], Sides], listed: bool) -> Field:
    """Returns a field. Code whose files are listed needs no checksums: the files tell the sides apart."""
    sides = sides_of(change)
    if change.path == CODE and listed:
        return Field(change.name, (), sides.note)
    texts = side_texts(change, sides, full=True)
    labels = (label for label, _, _ in sides.values)
    return Field(change.name, tuple(zip(labels, texts, strict=True)), sides.note)


def _files(shown: Shown) -> tuple[File, ...]:
    """Returns the files below the code, none where nothing is told of the code."""
    if all(change.path != CODE for change in shown.changes):
        return ()
    names = shown_names([file.name for file in shown.files])
    return tuple(
        File(
            FILE_SYMBOLS[file.cause][0].strip(),
            names[file.name],
            shown.words(file),
            tuple(
                Diff(each.before, each.after, each.lines)
                for each in differences(file, watch=shown.watch, base=shown.base)
            ),
        )
        for file in in_order(shown.files)
    )


def _merged(merge: CodeMerge) -> Iterator[File]:
    for conflict in merge.conflicts:
        yield File("!", conflict.name, conflict.why)
    for file in merge.moves_here:
        lines = merged_lines(file.name, file.was or "", file.text or "") if file.source is Source.BOTH else ()
        yield File("~", file.name, origin(file), (Diff(t("yours"), t("merged"), lines),) if lines else ())
