"""What a checkout contains of what was deployed: by commit, by tree, by folder; and what cannot be told."""

from __future__ import annotations

import itertools
import shutil
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest

from fc_guard.inputs.checkout import Repository
from fc_guard.inputs.workplace import WorkingFolder
from fc_guard.model.origins import Doubt, Head, Origin, Standing, Way
from tests.gits import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.make(tmp_path / "origin")
    repo.commit("first", s_yaml="a: 1\n", code__index_py="one\n")
    return repo


NAMES = itertools.count()


def working(folder: Path) -> WorkingFolder:
    """A run in a folder that deploys its code, if it has any. Each state directory has its own random name, made at its
    first deployment."""
    state = folder / ".s" / "fc-guard" / "lineage"
    if state.exists() and not (state.parent / ".gitignore").exists():
        raise AssertionError("it came with the commit")

    def named(make: bool) -> tuple[str, ...]:
        if make and not state.exists():
            state.parent.mkdir(parents=True, exist_ok=True)
            (state.parent / ".gitignore").write_text("*", encoding="utf-8")
            state.write_text(f"{next(NAMES)}", encoding="utf-8")
        return (state.read_text(encoding="utf-8"),) if state.exists() else ()

    here = WorkingFolder(folder, "s.yaml", named, lambda: datetime(2026, 1, 1, tzinfo=timezone.utc))
    if (folder / "code").exists():
        here.uses(str(folder / "code"))
    return here


def deployed(repo: Repo, below: str = "") -> Origin:
    """A deployment from a repository as it is now."""
    return working(repo.folder / below).origin()


def standing(repo: Repo, origin: Origin, below: str = "") -> Standing:
    return working(repo.folder / below).standing(origin)


def test_whose_it_is_and_from_what(repo: Repo) -> None:
    origin = deployed(repo)
    assert (origin.commit, origin.branch, origin.subject, origin.clean) == (repo.head, "main", "first", True)
    assert origin.tree == repo.ask("rev-parse", "HEAD^{tree}")
    assert "@" in origin.by
    assert (origin.ci, origin.run) == ("", "")


def test_the_same_commit_elsewhere(repo: Repo, tmp_path: Path) -> None:
    there = repo.clone(tmp_path / "b")
    assert standing(there, deployed(repo)) == Standing(way=Way.COMMIT, commit=repo.head)


def test_an_ancestor(repo: Repo, tmp_path: Path) -> None:
    origin = deployed(repo)
    for number in range(3):
        repo.commit(code__index_py=f"{number}\n")
    there = repo.clone(tmp_path / "b")
    assert standing(there, origin).way is Way.COMMIT
    assert working(there.folder).precedes(origin.commit, repo.head)
    assert not working(there.folder).precedes(repo.head, origin.commit)
    assert not working(there.folder).precedes(repo.head, repo.head)


def test_a_commit_that_was_not_pulled(repo: Repo, tmp_path: Path) -> None:
    there = repo.clone(tmp_path / "b")
    repo.commit("theirs", code__index_py="two\n")
    assert standing(there, deployed(repo)).doubt is Doubt.UNKNOWN_COMMIT
    there.ask("fetch", "-q")
    assert standing(there, deployed(repo)).doubt is Doubt.BEHIND
    there.ask("merge", "-q", "--ff-only", "origin/main")
    assert standing(there, deployed(repo)).way is Way.COMMIT


def test_another_branch_and_its_merge(repo: Repo) -> None:
    repo.ask("checkout", "-q", "-b", "fix")
    fix = repo.commit("fix", code__index_py="fixed\n")
    origin = Origin(commit=fix, tree=repo.ask("rev-parse", "HEAD^{tree}"), clean=True)
    repo.ask("checkout", "-q", "main")
    repo.commit("other", other_py="x\n")
    assert standing(repo, origin).doubt is Doubt.NOT_HERE
    repo.ask("merge", "-q", "--no-edit", "fix")
    assert standing(repo, origin) == Standing(way=Way.COMMIT, commit=fix)


@pytest.mark.parametrize("how", ["squash", "rebase", "cherry-pick"])
def test_the_same_content_by_another_commit(repo: Repo, how: str) -> None:
    repo.ask("checkout", "-q", "-b", "fix")
    fix = repo.commit("fix", code__index_py="fixed\n")
    origin = Origin(commit=fix, tree=repo.ask("rev-parse", "HEAD^{tree}"), clean=True)
    repo.ask("checkout", "-q", "main")
    if how == "squash":
        repo.ask("merge", "-q", "--squash", "fix")
        repo.commit("fix, squashed")
    else:
        repo.ask("commit", "-q", "--allow-empty", "-m", "main went on")
        repo.ask("cherry-pick", "fix")  # a rebase of one commit is the same
    there = repo.head
    repo.commit("and on", README_md="x\n")
    assert standing(repo, origin) == Standing(way=Way.TREE, commit=there)


def test_a_revert_has_the_tree_of_the_older_commit(repo: Repo) -> None:
    first = repo.head
    repo.commit("bad", code__index_py="bad\n")
    repo.ask("checkout", "-q", "-b", "revert")
    repo.ask("revert", "--no-edit", "HEAD")
    origin = deployed(repo)
    repo.ask("checkout", "-q", "main")
    shutil.rmtree(repo.folder / ".s")
    assert standing(repo, origin) == Standing(way=Way.TREE, commit=first), "which the base takes for a rollback"


def test_an_amended_commit_is_unknown_elsewhere(repo: Repo, tmp_path: Path) -> None:
    repo.commit("second", code__index_py="two\n")
    origin = deployed(repo)
    repo.write("code/index.py", "three\n")
    repo.ask("commit", "-q", "-a", "--amend", "-m", "second, amended")
    there = repo.clone(tmp_path / "b")
    assert standing(there, origin).doubt is Doubt.UNKNOWN_COMMIT
    assert standing(repo, origin).way is Way.FOLDER, "who amended it knows"


def test_a_shallow_clone_cannot_tell(repo: Repo, tmp_path: Path) -> None:
    origin = deployed(repo)
    repo.commit("second", code__index_py="two\n")
    second = deployed(repo)
    repo.commit("third", code__index_py="three\n")
    there = repo.clone(tmp_path / "b", "--depth", "1")
    assert standing(there, origin).doubt is Doubt.SHALLOW
    assert standing(there, second).doubt is Doubt.SHALLOW
    assert standing(there, deployed(repo)).way is Way.COMMIT
    there.ask("fetch", "-q", "--unshallow")
    assert standing(there, origin).way is Way.COMMIT


def test_what_is_not_committed_makes_it_dirty(repo: Repo, tmp_path: Path) -> None:
    there = repo.clone(tmp_path / "b")
    repo.write("code/index.py", "changed\n")
    assert deployed(repo).clean is False
    assert standing(there, deployed(repo)).doubt is Doubt.DIRTY
    repo.ask("checkout", "-q", "code/index.py")
    repo.write("code/new.py", "new\n")
    assert deployed(repo).clean is False
    repo.write(".gitignore", "new.py\n")
    repo.ask("add", ".gitignore")
    repo.ask("commit", "-q", "-m", "ignore it")
    assert deployed(repo).clean is True
    repo.ask("rm", "-q", "--cached", "s.yaml")
    repo.write(".gitignore", "new.py\ns.yaml\n")
    repo.commit("s.yaml is nobody's")
    assert deployed(repo).clean is False, "the commit does not have s.yaml"


@pytest.mark.parametrize("name", ["plan.md", ".s.yaml.swp", "notes/todo.txt", "more/s.yaml", "code2/index.py"])
def test_what_lies_beside_and_is_not_deployed_does_not_count(repo: Repo, name: str) -> None:
    repo.write(name, "a: 1\n")
    assert working(repo.folder).changed == ()


@pytest.mark.parametrize(
    ("s_yaml", "name", "told"),
    [
        ("a: 1\n", ".env", ".env"),
        ("a: 1\n", ".env.prod", ".env.prod"),
        ("extend: base.yaml\n", "base.yaml", "base.yaml"),
        ("policy: ${file(./rules/policy.json)}\n", "rules/policy.json", "rules/"),
        ("actions: [{run: ./build.sh}]\n", "build.sh", "build.sh"),
    ],
)
def test_what_s_yaml_may_be_made_of_counts(repo: Repo, s_yaml: str, name: str, told: str) -> None:
    repo.commit("another s.yaml", s_yaml=s_yaml)
    repo.write(name, "x\n")
    assert working(repo.folder).changed == (told,)
    repo.commit("with it")
    assert working(repo.folder).changed == ()


def test_of_a_code_folder_what_its_package_holds_counts(repo: Repo) -> None:
    here = working(repo.folder)
    for name in ("code/left.out", "code/lib/one.py", "code/logs/today.log"):
        repo.write(name, "x\n")
    here.uses(str(repo.folder / "code"), ["index.py"])
    assert here.changed == ()
    here.uses(str(repo.folder / "code"), ["index.py", "lib/one.py"])
    assert here.changed == ("code/lib/",)
    here.uses(str(repo.folder), ["s.yaml", "code/left.out"])
    assert here.changed == ("code/left.out", "code/lib/")
    repo.write("code/index.py", "what git has counts in any case\n")
    assert working(repo.folder).changed == ("code/index.py", "code/left.out", "code/lib/", "code/logs/")


def test_a_code_folder_that_git_does_not_have(repo: Repo) -> None:
    repo.write("functions/one/index.py", "x\n")
    here = working(repo.folder)
    here.uses(str(repo.folder / "functions" / "one"), ["index.py"])
    assert here.changed == ("functions/one/",)


def test_where_the_checkout_is(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = repo.clone(tmp_path / "b")
    assert working(there.folder).head == Head("main")
    there.commit("mine", code__index_py="2\n")
    assert working(there.folder).head == Head("main", ahead=True)
    there.ask("checkout", "-q", "HEAD~1")
    assert working(there.folder).head == Head(detached=True)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert working(there.folder).head == Head(detached=True, ci=True)
    assert working(repo.folder).head == Head("main", ci=True), "it has no upstream"


def test_a_person_is_told_what_is_not_committed_where_others_go_by_it(repo: Repo) -> None:
    for name in ("a.py", "b.py", "c.py", "d.py"):
        repo.write(f"code/{name}", "x\n")
    here = working(repo.folder)
    assert "code/a.py, code/b.py, code/c.py and 1 more" in here.remark
    assert "Commit them and deploy again" in here.remark
    here.shared = False
    assert here.remark == ""


def test_in_ci_what_a_job_builds_is_made_from_the_commit(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    repo.write("code/built.js", "built\n")
    assert deployed(repo).clean is True
    assert working(repo.folder).remark == ""
    repo.write("code/index.py", "changed\n")
    assert deployed(repo).clean is False
    assert working(repo.folder).remark.endswith("this file is not as the commit has it: code/index.py.")


def test_in_ci_here_is_one_run_alone(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    repo.write("code/index.py", "changed\n")
    first, second = working(repo.folder), working(repo.folder)
    assert first.standing(first.origin()).way is Way.FOLDER
    assert second.standing(first.origin()).doubt is Doubt.DIRTY


def test_a_subfolder_of_a_large_repository(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "mono")
    repo.commit("first", team__s_yaml="a: 1\n", team__code__index_py="one\n", else__x_py="1\n")
    repo.write("else/x.py", "2\n")
    origin = deployed(repo, "team")
    assert origin.clean is True, "the rest of the repository does not count"
    assert origin.tree == repo.ask("rev-parse", "HEAD:team")
    repo.ask("checkout", "-q", "--", "else/x.py")
    repo.ask("checkout", "-q", "-b", "fix")
    repo.commit("fix", team__code__index_py="fixed\n")
    fix = deployed(repo, "team")
    repo.ask("checkout", "-q", "main")
    repo.commit("else", else__x_py="3\n")
    repo.ask("cherry-pick", "fix")
    repo.commit("else again", else__x_py="4\n")
    shutil.rmtree(repo.folder / "team" / ".s")
    assert standing(repo, fix, "team") == Standing(way=Way.TREE, commit=repo.head)


def test_code_outside_of_the_project_counts(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "mono")
    repo.commit("first", team__s_yaml="a: 1\n", shared__index_py="one\n")
    repo.write("shared/index.py", "two\n")
    here = working(repo.folder / "team")
    assert here.origin().clean is True
    here.uses(str(repo.folder / "shared"))
    assert here.origin().clean is False


def test_the_trees_of_two_deployments_say_nothing_of_code_outside_of_the_project(tmp_path: Path) -> None:
    """B's fix is outside of the project's folder, whose tree is the same in A's checkout, which lacks the fix."""
    repo = Repo.make(tmp_path / "mono")
    repo.commit("first", team__s_yaml="a: 1\n", shared__index_py="one\n")
    repo.ask("checkout", "-q", "-b", "fix")
    repo.commit("fix", shared__index_py="fixed\n")
    colleague = working(repo.folder / "team")
    colleague.uses(str(repo.folder / "shared"))
    fix = colleague.origin()
    assert fix.clean is True
    repo.ask("checkout", "-q", "main")
    shutil.rmtree(repo.folder / "team" / ".s")
    assert standing(repo, fix, "team").doubt is Doubt.BEHIND
    repo.ask("merge", "-q", "--no-ff", "--no-edit", "fix")
    assert standing(repo, fix, "team") == Standing(way=Way.COMMIT, commit=fix.commit)


def test_code_outside_of_the_repository(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dist").mkdir()
    here = working(repo.folder)
    here.uses(str(tmp_path / "dist"))
    assert here.origin().clean is False, "no commit has it"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    job = working(repo.folder)
    job.uses(str(tmp_path / "dist"))
    assert job.origin().clean is True, "the job made it from the commit"


@pytest.mark.parametrize("how", ["--skip-worktree", "--assume-unchanged"])
def test_a_file_that_git_was_told_not_to_look_at(repo: Repo, how: str) -> None:
    repo.ask("update-index", how, "s.yaml")
    repo.write("s.yaml", "a: 2\n")
    assert repo.ask("status", "--porcelain", "s.yaml") == ""
    assert deployed(repo).clean is False


def test_a_sparse_checkout(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "mono")
    repo.commit("first", team__s_yaml="a: 1\n", team__code__index_py="one\n", else__x_py="1\n")
    repo.ask("sparse-checkout", "set", "team")
    assert not (repo.folder / "else").exists()
    assert deployed(repo, "team").clean is True, "all of the project is here"
    repo.ask("sparse-checkout", "set", "--no-cone", "/team/s.yaml")
    assert not (repo.folder / "team" / "code").exists()
    assert deployed(repo, "team").clean is False


def test_code_in_a_submodule(tmp_path: Path) -> None:
    shared = Repo.make(tmp_path / "shared")
    shared.commit("one", index_py="1\n")
    repo = Repo.make(tmp_path / "project")
    repo.commit("first", s_yaml="a: 1\n")
    repo.ask("submodule", "add", "-q", f"file://{shared.folder}", "code")
    repo.commit("with code")
    inside = Repo(repo.folder / "code")
    assert working(repo.folder).origin().clean is True
    inside.write("index.py", "2\n")
    assert working(repo.folder).changed == ("code/index.py",)
    inside.commit("two")
    assert working(repo.folder).changed == ("code",), "another commit than the project's names"
    repo.commit("the newer code")
    assert working(repo.folder).origin().clean is True
    inside.write("new.py", "x\n")
    assert working(repo.folder).changed == ("code/new.py",)
    assert deployed(repo.clone(tmp_path / "b")).clean is True, "its submodule is not checked out"


def test_a_project_that_was_renamed(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "mono")
    repo.commit("first", team__s_yaml="a: 1\n", team__code__index_py="one\n")
    before = deployed(repo, "team")
    shutil.rmtree(repo.folder / "team" / ".s")
    repo.ask("mv", "team", "group")
    repo.commit("renamed")
    assert standing(repo, before, "group") == Standing(way=Way.COMMIT, commit=before.commit)
    squashed = Origin(commit="a" * 40, tree=before.tree, clean=True)
    assert standing(repo, squashed, "group") == Standing(way=Way.TREE, commit=repo.head)


def test_a_branch_that_was_pushed_with_force(repo: Repo, tmp_path: Path) -> None:
    first = repo.head
    repo.commit("bad", code__index_py="bad\n")
    bad = deployed(repo)
    repo.ask("reset", "-q", "--hard", first)
    repo.commit("good", code__index_py="good\n")
    there = repo.clone(tmp_path / "b")
    assert standing(there, bad).doubt is Doubt.UNKNOWN_COMMIT


@pytest.mark.parametrize("name", ["项目 a", "\udcff\udcfe", "a'b$(x)"])
def test_folders_of_any_name(tmp_path: Path, name: str) -> None:
    repo = Repo.make(tmp_path / name)
    repo.commit("first", team__s_yaml="a: 1\n")
    repo.ask("mv", "team", name)
    repo.commit("second")
    origin = deployed(repo, name)
    assert (origin.commit, origin.clean) == (repo.head, True)
    squashed = Origin(commit="a" * 40, tree=origin.tree, clean=True)
    assert Repository(repo.folder / name).standing(squashed).way is Way.TREE


def test_a_history_that_is_too_long_to_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fc_guard.inputs.checkout.MOST_COMMITS", 2)
    first = repo.head
    second = repo.commit("second", code__index_py="two\n")
    third = repo.commit("third", code__index_py="three\n")
    here = Repository(repo.folder)
    assert here.standing(Origin(commit=first, clean=True)).way is Way.COMMIT
    assert here.standing(Origin(commit="a" * 40, clean=True)).doubt is Doubt.UNKNOWN_COMMIT
    assert here.precedes(first, second)
    assert not here.precedes(third, second)


def test_a_project_that_the_repository_around_it_does_not_know(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "home")
    repo.commit("dotfiles", _gitignore="project\n", vimrc="x\n")
    project = repo.folder / "project"
    project.mkdir()
    (project / "s.yaml").write_text("a: 1\n", encoding="utf-8")
    assert working(project).origin().commit == ""


def test_a_worktree_and_a_detached_head(repo: Repo, tmp_path: Path) -> None:
    origin = deployed(repo)
    repo.ask("worktree", "add", "-q", "--detach", str(tmp_path / "tree"))
    there = Repo(tmp_path / "tree")
    assert standing(there, origin).way is Way.COMMIT
    assert deployed(there).branch == ""


def test_a_submodule_is_a_repository_of_its_own(repo: Repo, tmp_path: Path) -> None:
    around = Repo.make(tmp_path / "around")
    around.ask("-c", "protocol.file.allow=always", "submodule", "add", "-q", f"file://{repo.folder}", "sub")
    around.commit("with a submodule")
    assert standing(Repo(around.folder / "sub"), deployed(repo)).way is Way.COMMIT


def test_without_git(tmp_path: Path, repo: Repo) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    origin = working(alone).origin()
    assert (origin.commit, origin.clean) == ("", False)
    assert working(alone).standing(origin).way is Way.FOLDER
    assert working(alone).standing(deployed(repo)).doubt is Doubt.NO_GIT
    assert standing(repo, origin).doubt is Doubt.NO_COMMIT


def test_before_the_first_commit(tmp_path: Path, repo: Repo) -> None:
    unborn = Repo.make(tmp_path / "unborn")
    assert standing(unborn, deployed(repo)).doubt is Doubt.NO_GIT


def test_no_program(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = deployed(repo)
    shutil.rmtree(repo.folder / ".s")
    monkeypatch.setenv("PATH", "/nowhere")
    assert standing(repo, origin).doubt is Doubt.NO_GIT


def test_a_folder_of_another_owner_is_refused(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = repo.clone(tmp_path / "b")
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    origin = deployed(repo)
    monkeypatch.setattr("fc_guard.git.ENVIRONMENT", {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert standing(there, origin).doubt is Doubt.REFUSED


def test_a_damaged_repository(repo: Repo, tmp_path: Path) -> None:
    origin = deployed(repo)
    there = repo.clone(tmp_path / "b")
    (there.folder / ".git" / "HEAD").write_text("nonsense", encoding="utf-8")
    assert standing(there, origin).doubt is Doubt.NO_GIT, "git says that it is no repository"
    again = repo.clone(tmp_path / "c")
    shutil.rmtree(again.folder / ".git" / "objects")
    (again.folder / ".git" / "objects").mkdir()
    assert standing(again, origin).doubt is Doubt.REFUSED, "HEAD names a commit that is not there"


def test_a_bare_repository(repo: Repo, tmp_path: Path) -> None:
    there = repo.clone(tmp_path / "b")
    there.ask("config", "core.bare", "true")
    assert standing(there, deployed(repo)).doubt is Doubt.NO_GIT


def test_a_git_that_hangs(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = deployed(repo)
    there = repo.clone(tmp_path / "b")
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr("fc_guard.git.SECONDS", 0.2)
    here = working(there.folder)
    assert here.standing(origin).doubt is Doubt.REFUSED
    assert (here.origin().commit, here.origin().clean) == ("", False)


def test_a_git_that_falls_silent(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does not say is no reason to call anything contained, or older."""
    first = repo.head
    second = repo.commit("second", code__index_py="two\n")
    repo.ask("checkout", "-q", first)
    here = Repository(repo.folder)
    assert here.facts.commit == first
    monkeypatch.setattr("fc_guard.git.ALL_SECONDS", 0.0)
    assert here.standing(Origin(commit=second, clean=True)) == Standing(doubt=Doubt.REFUSED)
    assert here.precedes(first, second)
    assert here.changed([repo.folder], "s.yaml", lambda path: True) == ("s.yaml",)
    assert here.standing(Origin(commit=first, clean=True)).way is Way.COMMIT, "for which nothing is asked"


@pytest.mark.parametrize("commit", ["--upload-pack=x", "HEAD", "main", "a" * 39, "", "A" * 40, "a" * 40 + "\n"])
def test_names_that_are_no_commits_are_not_passed_on(repo: Repo, commit: str) -> None:
    origin = Origin(commit=commit, tree=repo.ask("rev-parse", "HEAD^{tree}"), clean=True)
    assert standing(repo, origin).doubt is Doubt.NO_COMMIT


def test_a_long_history_is_read_once(repo: Repo, tmp_path: Path) -> None:
    origin = deployed(repo)
    stream = "".join(
        f"commit refs/heads/main\ncommitter a <a@b> {number} +0000\ndata 1\nx\n"
        + ("from refs/heads/main^0\n" if number == 1 else "")
        for number in range(1, 3001)
    )
    path = tmp_path / "stream"
    path.write_text(stream, encoding="utf-8")
    repo.ask("-c", "alias.load=!git fast-import --quiet <" + str(path), "load")
    repo.ask("reset", "-q", "--hard", "main")
    there = Repository(repo.clone(tmp_path / "b").folder)
    begun = time.monotonic()
    assert there.standing(origin).way is Way.COMMIT
    assert there.standing(Origin(commit="a" * 40, tree="b" * 40, clean=True)).doubt is Doubt.UNKNOWN_COMMIT
    assert time.monotonic() - begun < 2
    asked = []
    there._git.ask = lambda *question: asked.append(question)  # type: ignore[assignment,method-assign,return-value,func-returns-value]
    assert there.precedes(origin.commit, there.facts.commit)
    assert asked == []


def test_a_repository_with_sha256(tmp_path: Path) -> None:
    repo = Repo.make(tmp_path / "new", "--object-format=sha256")
    first = repo.commit("first", s_yaml="a: 1\n")
    assert len(first) == 64
    repo.commit("second", code__index_py="x\n")
    assert standing(repo, Origin(commit=first, clean=True)).way is Way.COMMIT


def test_hostile_subjects_and_branches_are_one_bounded_line(repo: Repo) -> None:
    repo.ask("checkout", "-q", "-b", "\u202eevil")
    repo.ask("commit", "-q", "--allow-empty", "-m", "\x1b[31m::set-output\u202e " + "x" * 1000)
    origin = deployed(repo)
    assert origin.subject.isprintable()
    assert origin.branch.isprintable()
    assert len(origin.subject) <= 200


def test_the_files_that_s_yaml_may_be_made_of(repo: Repo) -> None:
    first = repo.head
    assert working(repo.folder).same_settings(first)
    assert not working(repo.folder).same_settings("no commit")
    repo.commit(code__index_py="2")
    assert working(repo.folder).same_settings(first)
    repo.commit(values_yml="key: 1")
    assert not working(repo.folder).same_settings(first)
    assert working(repo.folder).same_settings(repo.head)
    (repo.folder / "values.yml").write_text("key: 2", encoding="utf-8")
    assert not working(repo.folder).same_settings(repo.head), "not committed, and another value all the same"
