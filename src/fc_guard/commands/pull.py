"""pull: brings what was changed online into s.yaml and the code folder. Writes nothing online."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fc_guard.artifacts.archive import Package
from fc_guard.artifacts.text_file import replace_text
from fc_guard.commands.command import LocalCommand, announce
from fc_guard.commands.outputs import output_of_survey
from fc_guard.core.choices import Choice
from fc_guard.core.planning import plan_deployment
from fc_guard.disk import read_bounded
from fc_guard.engine.ask.questions import Showing, confirmed, just_stopped
from fc_guard.engine.code.source import Code
from fc_guard.engine.look.steady import moved_meanwhile, steady
from fc_guard.engine.look.survey import Aim, Survey, exact_again, survey
from fc_guard.engine.pull.code_folder import package, pulled_codes
from fc_guard.engine.pull.record import record
from fc_guard.engine.pull.taken_files import write_conflicts, write_files
from fc_guard.engine.run.locking import held
from fc_guard.engine.run.session import LocalSession, ReadSession
from fc_guard.engine.write.recovery import recover
from fc_guard.errors import BadInput, Effect, GuardError, Interrupted, LiveMoved, NeedsDecision, PartlyApplied
from fc_guard.inputs.options import ASSUME_YES, COMMON, DRY_RUN, FULL_DIFF, INCLUDE_SECRETS, SCOPED, SHOW_VALUES
from fc_guard.inputs.places import LARGEST
from fc_guard.language import joined, t
from fc_guard.model.address import Address
from fc_guard.model.plans import Policy
from fc_guard.model.pulls import CodeTaken, Pull, same_pull
from fc_guard.model.reports import Report
from fc_guard.model.resources import ResourceDiff
from fc_guard.render.paint import painter
from fc_guard.render.pull import count_line, pull_document, pull_text
from fc_guard.state.nofollow import make_directory, write_pieces
from fc_guard.state.pulled import keep, place_for, prune

if TYPE_CHECKING:
    from fc_guard.engine.pull.pull import Pulled

LEFT: Final = t(
    "Status 3, since the project does not have all that was changed online: edit what is listed as not done, "
    "and s pull again."
)
SETTLE: Final = t(
    "Settle what stands between the markers there, and put these files over yours: they "
    "have the rest of both sides.\n  Then s deploy --type code --use-remote: your code "
    "has both."
)


def run(session: LocalSession) -> Report:
    announce("pull", session.read)
    shows_only = _shows_only(session.read)
    with nullcontext(()) if shows_only else held(session, "pull") as roots:
        notes = () if shows_only else recover(session, roots)
        for note in notes:
            session.read.terminal.warn(note)
        return _Pulling(session, roots, notes).run(shows_only=shows_only)


def _shows_only(read: ReadSession) -> bool:
    """Says whether nothing may be written: by --dry-run, or since nobody confirmed it and nobody can be asked."""
    return read.step.options.dry_run or not (read.terminal.can_ask or read.step.options.assume_yes)


class _Pulling:
    def __init__(self, session: LocalSession, roots: tuple[Address, ...], notes: tuple[str, ...]) -> None:
        self._session = session
        self._read = session.read
        self._roots = roots
        self._notes = notes
        self._paint = painter(session.read.terminal.colour)
        self._place = place_for(session.state, session.read.step.name, session.read.now())

    def run(self, *, shows_only: bool) -> Report:
        from fc_guard.engine.pull.pull import pull_of  # noqa: PLC0415  it loads all that edits YAML: 40 ms of every start

        with self._read.terminal.interruptible():
            found = steady(self._read, self._found) if shows_only else self._found()
            text = _text(self._read)
            codes = pulled_codes(self._read, found, self._place.path)
            reveal = self._read.reveal
            pulled = pull_of(self._read, found, text, codes, reveal, shows_only=shows_only)
        self._notes += found.notes
        for note in found.notes:
            self._read.terminal.warn(note)
        pull = pulled.pull
        say = self._read.terminal.say
        say(self._text(pull) or t("Nothing to pull: nothing is new online."), reveal)
        if not pull.moves:
            self._say_left(pull)
            return self._report(found, pull, open=pull.open)
        say("\n" + count_line(pull))
        if shows_only:
            return self._report(found, pull, open=pull.open or self._unanswered())
        if not self._read.step.options.assume_yes:
            self._ask(lambda reveal: self._text(pull_of(self._read, found, text, codes, reveal).pull))
        if moved_meanwhile(self._read, self._roots):
            pulled, found = self._looked_again(pulled, found)
        self._write(pulled, found)
        self._say_left(pulled.pull)
        return self._report(found, pulled.pull, open=pulled.pull.open)

    def _say_left(self, pull: Pull) -> None:
        """Says why the run ends with status 3 although nothing failed."""
        if pull.left:
            self._read.terminal.say("\n" + LEFT)

    def _looked_again(self, shown: Pulled, seen: Survey) -> tuple[Pulled, Survey]:
        """Returns what was shown, compared with what another run has recorded since. Raises `LiveMoved` where that
        makes anything else of it."""
        from fc_guard.engine.pull.pull import pull_of  # noqa: PLC0415  see above

        self._read.refresh.forget_all()
        found = self._found()
        codes = pulled_codes(self._read, found, self._place.path)
        pulled = pull_of(self._read, found, shown.pull.before, codes, self._read.reveal)
        same = same_pull(pulled.pull, shown.pull) and _packages(pulled, found) == _packages(shown, seen)
        if not same or any(record.pending for record in found.records.values()):
            raise LiveMoved(
                t("Another run deployed here meanwhile, and there is something else to pull now."),
                hint=t("Run it again: it shows what there is now."),
                effect=Effect.NOTHING,
            )
        return pulled, found

    def _found(self) -> Survey:
        found = survey(self._read, Aim.PULLING)
        moved = [diff.id for diff in found.diffs if diff.changes and self._read.kind(diff.id).operations.read]
        return exact_again(self._read, found, moved)

    def _unanswered(self) -> bool:
        if self._read.step.options.dry_run:
            return False
        self._read.terminal.say(t("Nothing was written: there is nobody to ask. Add -y to write it."))
        return True

    def _text(self, pull: Pull) -> str:
        return pull_text(pull, self._paint, full=self._read.step.options.full_diff)

    def _ask(self, shown: Showing) -> None:
        question = t("Write this into the project? What is replaced is kept.")
        keys = {"y": t("yes"), "n": t("no, write nothing")}
        if confirmed(self._read.terminal, question, keys, shown, self._read.reveal) != "y":
            raise NeedsDecision(just_stopped, reference="stopped")

    def _write(self, pulled: Pulled, found: Survey) -> None:
        """Writes copies of what is replaced, then the code, then s.yaml, then the baselines: wherever it ends, what is
        written is also online, and what is recorded is also written."""
        pull, diffs = pulled.pull, {diff.id: diff for diff in found.diffs}
        yaml = _yaml(self._read)
        if _text(self._read) != pull.before:
            raise _moved(yaml)
        make_directory(self._place)
        keep(yaml.parent, [yaml.name], self._place)
        for code in pull.codes:
            self._write_code(code, diffs[code.id], found.packages.get(code.id))
        if pull.after != pull.before:
            replace_text(yaml, pull.after)
        try:
            record(self._session, pull, found, pulled.props)
        except Interrupted:
            raise
        except GuardError as error:
            raise self._unrecorded(pull, error) from error
        prune(self._place)
        self._read.terminal.say(joined(self._written(pull)))

    def _unrecorded(self, pull: Pull, error: GuardError) -> PartlyApplied:
        return PartlyApplied(
            t(
                "{message}\nIt is not recorded that this was pulled, and it is written:\n{written}",
                message=error.message,
                written=joined(self._written(pull)),
            ),
            hint=t("Look at what was written, and pull again: that compares it with what is online now."),
        )

    def _write_code(self, code: CodeTaken, diff: ResourceDiff, here: Code | None) -> None:
        if code.saved or not isinstance(here, Package):
            write_pieces(self._place / Path(code.saved).name, package(self._read, diff).chunks())
            return
        keep(here.root, [file.name for file in code.writes], self._place / f"code{code.apart}")
        write_conflicts(self._read, diff, here, code, self._place / Path(code.beside).name)
        write_files(self._read, diff, here, code)

    def _written(self, pull: Pull) -> list[str]:
        lines = []
        if pull.after != pull.before:
            lines.append(t("  wrote {file}", file=pull.file))
        for code in pull.codes:
            if code.saved:
                lines.append(t("  wrote {saved}", saved=code.saved))
            if code.writes:
                lines.append(t("  wrote {root}", root=code.root))
        lines.append(t("  what was replaced is in {place}", place=self._place))
        for code in pull.codes:
            if code.merge.conflicts:
                lines += [
                    t("  what both sides changed is in {beside}", beside=code.beside),
                    "  " + SETTLE,
                ]
        return lines

    def _report(self, found: Survey, pull: Pull, *, open: bool) -> Report:
        plan = plan_deployment(found.diffs, self._read.catalog, Choice(Policy.KEEP, {}, self._read.decided_at))
        return Report(
            command="pull",
            account=self._read.account,
            region=self._read.region,
            plan=plan,
            notes=self._notes,
            output={**output_of_survey(self._read, found, plan), "pull": pull_document(pull)},
            open=open,
        )


def _packages(pulled: Pulled, found: Survey) -> dict[Address, str | None]:
    """Returns the checksums of the packages that a pull takes files from."""
    wanted = {code.id for code in pulled.pull.codes}
    return {
        diff.id: diff.live.code.checksum
        for diff in found.diffs
        if diff.id in wanted and diff.live is not None and diff.live.code is not None
    }


def _yaml(read: ReadSession) -> Path:
    if read.step.yaml is None:
        raise BadInput(
            t("There is no s.yaml to pull into: the props were given on the command line."),
            hint=t("`s sync` writes what is online into a folder."),
            reference="no-s-yaml",
        )
    return read.step.yaml


def _text(read: ReadSession) -> str:
    """Returns s.yaml unchanged, line ends included. Raises `BadInput` where it cannot be read."""
    path = _yaml(read)
    try:
        return read_bounded(path, LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadInput(t("{path} cannot be read: {why}.", path=path, why=why), reference="no-s-yaml") from error


def _moved(path: Path) -> BadInput:
    return BadInput(
        t("{path} was changed while it was being shown.", path=path),
        hint=t("Nothing was recorded. Run it again."),
        reference="code-changed",
    )


PULL = LocalCommand(
    name="pull",
    description=t("Bring what was changed online into s.yaml and the code folder; writes nothing online"),
    summary=t("Bring what was changed online into the project"),
    options=(DRY_RUN, ASSUME_YES, INCLUDE_SECRETS, *SCOPED, FULL_DIFF, SHOW_VALUES, *COMMON),
    run=run,
)
