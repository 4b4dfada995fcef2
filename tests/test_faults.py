"""Faults of the machine end with 2 and a remedy; an interrupt ends everything, at once."""

import errno
import os
import random
import shlex
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from build import HEAD
from cmpolicy.cli import check
from cmpolicy.snapshot import WorkTree

AS_OF = ("--as-of", "2026-11-24")
CHECK = ("check", ".", *AS_OF, "--fail-on", "never")
POSIX = pytest.mark.skipif(os.name == "nt", reason="limits and descriptors of a POSIX shell")
LINUX = pytest.mark.skipif(not Path("/dev/full").exists(), reason="asks Linux' /dev and /proc")
FAULTS = {
    "memory": (MemoryError(), "not enough memory", "memory"),
    "disk": (OSError(errno.ENOSPC, "No space left on device"), "No space", "free some space"),
    "quota": (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota", "free some space"),
    "descriptors": (OSError(errno.EMFILE, "Too many open files"), "open files", "ulimit -n"),
    "processes": (BlockingIOError(errno.EAGAIN, "Try again"), "Try again", "ulimit -u"),
    "threads": (RuntimeError("can't start new thread"), "threads", "ulimit -u"),
    "library": (ImportError("x.so: failed to map segment"), "x.so", "install"),
    "half a module": (SyntaxError("(unicode error)"), "cannot be loaded", "memory"),
    "disk in disorder": (OSError(errno.EIO, "Input/output error"), "Input/output", "disk"),
    "anything else": (OSError(errno.EXDEV, "Odd", "some file"), "some file", "fix"),
}


@pytest.fixture
def checkout(tmp_path, site, monkeypatch):
    # The programs that are started are the package as it is installed.
    monkeypatch.setenv("PYTHONPATH", str(site))
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / "a.yaml").write_text(HEAD)
    return folder


def shell(checkout, script, *arguments):
    """Run the program in a shell; `$cmpolicy` stands for it."""
    program = shlex.join([sys.executable, "-m", "cmpolicy", *arguments])
    return subprocess.run(
        ["sh", "-c", script.replace("$cmpolicy", program)],
        cwd=checkout,
        capture_output=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_its_remedy(name, cmpolicy, checkout, monkeypatch):
    fault, phrase, remedy = FAULTS[name]

    def fail(*_):
        raise fault

    monkeypatch.setattr(check, "check", fail)
    result = cmpolicy(*CHECK, cwd=checkout)

    assert result.status == 2
    assert result.out == ""
    assert phrase in result.err
    assert remedy in result.err.partition("help: ")[2]
    assert "bug" not in result.err


def test_a_bug_is_still_called_one(cmpolicy, checkout, monkeypatch):
    monkeypatch.setattr(check, "check", lambda *_: {}["x"])
    short = cmpolicy(*CHECK, cwd=checkout)
    long = cmpolicy("--debug", *CHECK, cwd=checkout)

    assert (short.status, long.status) == (3, 3)
    assert "a bug of its own: KeyError" in short.err
    assert "Traceback" in long.err


@POSIX
def test_the_program_without_any_fault(checkout):
    assert shell(checkout, "$cmpolicy", *CHECK).returncode == 0


@LINUX
@pytest.mark.parametrize("arguments", [CHECK, ("schema", "agreement"), ("--help",)])
def test_standard_output_on_a_full_disk(checkout, arguments):
    done = shell(checkout, "$cmpolicy > /dev/full", *arguments)

    assert done.returncode == 2
    assert b"No space left on device" in done.stderr
    assert b"free some space" in done.stderr


@POSIX
@pytest.mark.parametrize("arguments", [CHECK, ("schema",), ("--help",)])
def test_closed_standard_output(checkout, arguments):
    done = shell(checkout, "$cmpolicy >&-", *arguments)

    assert done.returncode == 2
    assert b"standard output is closed" in done.stderr
    assert b"/dev/null" in done.stderr


@LINUX
@pytest.mark.parametrize("where", ["2>&-", "2>/dev/full", "<&-"])
def test_a_standard_error_that_takes_nothing_changes_no_status(checkout, where):
    (checkout / "b.yaml").write_text(HEAD.replace("lakeside", "seaside").replace("id:", "ids:"))

    fine = shell(checkout, f"$cmpolicy {where}", *CHECK)
    wrong = shell(checkout, f"$cmpolicy {where}", "check", "nowhere.yaml")
    misused = shell(checkout, f"$cmpolicy {where}", "check", "--jobs", "x")
    failed = shell(checkout, f"$cmpolicy {where}", "check", ".", *AS_OF)

    assert fine.stdout != b""
    assert (wrong.returncode, misused.returncode, failed.returncode) == (2, 2, 1)


@POSIX
def test_no_standard_stream_at_all(checkout):
    assert shell(checkout, "$cmpolicy <&- >&- 2>&-", *CHECK).returncode == 2


@POSIX
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-16"])
def test_standard_output_in_another_encoding(checkout, encoding):
    (checkout / "Ж é 日本.yaml").write_text(HEAD.replace("lakeside", "seaside") + "more: 1\n")
    done = shell(checkout, f"PYTHONIOENCODING={encoding} $cmpolicy", *CHECK)

    assert (done.returncode, done.stderr) == (0, b"")
    assert "Ж é 日本" in done.stdout.decode()


@POSIX
@pytest.mark.parametrize("arguments", [CHECK, ("diff",), ("timeline",)])
def test_a_removed_working_directory(checkout, arguments):
    done = shell(checkout, 'mkdir gone; cd gone; rmdir "$PWD"; $cmpolicy', *arguments)

    assert done.returncode == 2
    assert b"the working directory is not there any more" in done.stderr
    assert b"change to a folder that exists" in done.stderr


@LINUX
def test_too_few_descriptors_for_the_processes_asked_for(checkout):
    for number in range(8):
        text = HEAD.replace("id: lakeside", f"id: lakeside-{number}")
        (checkout / f"a{number}.yaml").write_text(text)
    done = shell(checkout, "ulimit -n 12; $cmpolicy", *CHECK, "--jobs", "8")

    assert done.returncode == 2
    assert b"Too many open files" in done.stderr
    assert b"fewer --jobs" in done.stderr


@LINUX
@pytest.mark.parametrize("memory", [20_000, 30_000, 40_000, 50_000])
def test_too_little_memory(checkout, memory):
    """What is short first depends on the machine; never does it look like a verdict or a bug."""
    done = shell(checkout, f"ulimit -v {memory}; $cmpolicy", *CHECK)

    assert done.returncode not in {1, 3} or b"Fatal Python error" in done.stderr
    assert b"a bug of its own" not in done.stderr
    assert done.stdout == b"" or done.returncode == 0


def test_a_folder_that_cannot_be_opened_for_want_of_descriptors_is_not_passed_over(
    cmpolicy, checkout, monkeypatch
):
    (checkout / "more").mkdir()
    (checkout / "more" / "b.yaml").write_text("x")
    real = os.scandir

    def scandir(path):
        if str(path).endswith("more"):
            raise OSError(errno.EMFILE, "Too many open files", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    result = cmpolicy(*CHECK, cwd=checkout)

    assert result.status == 2
    assert "ulimit -n" in result.err


def test_an_index_that_is_none(cmpolicy, tmp_path, monkeypatch):
    import gitrepo

    gitrepo.quiet(monkeypatch)
    repo = gitrepo.GitRepo.init(tmp_path / "repo")
    repo.commit({"a.yaml": HEAD})
    (tmp_path / "no-index").write_text("root:x:0:0\n")
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "no-index"))
    named = cmpolicy("check", "--staged", *AS_OF, cwd=repo.path)
    monkeypatch.delenv("GIT_INDEX_FILE")
    repo.write(".git/index", "damaged")
    own = cmpolicy("check", "--staged", *AS_OF, cwd=repo.path)

    assert (named.status, own.status) == (2, 2)
    assert "unset GIT_INDEX_FILE" in named.err
    assert "git reset" in own.err


# Reports


def test_a_report_replaces_a_file_whole(cmpolicy, checkout, tmp_path):
    report = tmp_path / "report.json"
    report.write_text("x" * 100_000)
    result = cmpolicy(*CHECK, "--report", f"json={report}", cwd=checkout)

    assert result.status == 0
    assert report.read_text().startswith("{")
    assert "xxx" not in report.read_text()
    assert not list(tmp_path.glob(".report*"))


@POSIX
@pytest.mark.parametrize("by", ["pipe", "link"])
def test_a_pipe_is_written_to_and_stays_one(cmpolicy, checkout, tmp_path, by):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    read = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_text()))
    reader.start()
    result = cmpolicy(*CHECK, "--report", f"json={tmp_path / by}", cwd=checkout)
    reader.join()

    assert result.status == 0
    assert read[0].startswith("{")
    assert read[0].endswith("}\n")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert (tmp_path / "link").is_symlink()


@POSIX
def test_a_link_is_written_through_to_its_file(cmpolicy, checkout, tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far" / "report.json")
    for _ in range(2):  # the file is not there at first
        result = cmpolicy(*CHECK, "--report", f"json={tmp_path / 'link'}", cwd=checkout)

        assert result.status == 0
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "far" / "report.json").read_text().startswith("{")
        assert [path.name for path in (tmp_path / "far").iterdir()] == ["report.json"]


@POSIX
def test_no_link_of_the_repository_is_written_through(cmpolicy, checkout, tmp_path):
    """It would let a pull request choose which file of the runner is overwritten."""
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (checkout / "report.json").symlink_to(precious)
    (checkout / "reports").symlink_to(tmp_path)
    (checkout / "inner").symlink_to(checkout / ".git")
    for path in ("report.json", "reports/precious", "reports/new", "inner/config"):
        result = cmpolicy(*CHECK, "--report", f"json={path}", cwd=checkout)

        assert result.status == 2
        assert "symbolic link of the repository" in result.err
    assert precious.read_text() == "mine"
    assert not (tmp_path / "new").exists()
    assert not (checkout / ".git" / "config").exists()
    assert cmpolicy(*CHECK, "--report", "json=own.json", cwd=checkout).status == 0


@LINUX
def test_a_report_to_the_file_of_standard_output_does_not_replace_it(checkout, tmp_path):
    (tmp_path / "out").symlink_to("/proc/self/fd/1")
    script = f"$cmpolicy > {shlex.quote(str(tmp_path / 'both'))}"
    done = shell(checkout, script, *CHECK, "--report", f"json={tmp_path / 'out'}")

    assert done.returncode == 0
    text = (tmp_path / "both").read_text()
    assert text.startswith("{")
    assert "Gate passed" in text


@LINUX
@pytest.mark.parametrize("script", ["$cmpolicy > out", "$cmpolicy --report json=report.json"])
def test_a_file_that_cannot_be_written_whole_is_an_error(checkout, script):
    """A limit on the size of files stands for a disk that is full half way."""
    done = shell(checkout, f"ulimit -f 1; {script}", *CHECK, "--format", "json")

    assert done.returncode == 2
    assert b"File too large" in done.stderr
    assert not (checkout / "report.json").exists()
    assert not list(checkout.glob(".report*"))


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("nowhere/report.json", "a folder that exists"),
        ("a.yaml/report.json", "a folder that exists"),
        (".", "this is a folder"),
        ("x" * 300, "shorter name"),
    ],
)
def test_the_remedy_fits_what_is_wrong_with_a_report(cmpolicy, checkout, path, remedy):
    result = cmpolicy(*CHECK, "--report", f"json={path}", cwd=checkout)

    assert result.status == 2
    assert "the report cannot be written" in result.err
    assert remedy in result.err


@POSIX
def test_nobody_waits_at_a_full_pipe_that_does_not_block(checkout):
    """Some programs make the pipe that they read from non-blocking, for writers too."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with subprocess.Popen(
        [sys.executable, "-m", "cmpolicy", "schema", "agreement"], cwd=checkout, stdout=writing
    ) as program:
        os.close(writing)
        with os.fdopen(reading, "rb") as stream:
            read = stream.read()

    assert program.returncode == 0
    assert len(read) > 65_536 // 8
    assert read.endswith(b"}\n")


# Arguments


@pytest.mark.parametrize(
    "arguments",
    [
        ("{}",),
        ("check", "{}"),
        ("check", "--jobs", "{}"),
        ("check", "--{}"),
        ("check", "--fail-on", "{}"),
        ("check", "--as-of", "{}"),
        ("check", "--report", "{}"),
        ("check", "--rev", "{}"),
        ("check", "--pack", "{}"),
        ("check", "--config", "{}"),
        ("check", "--timeout", "{}"),
        ("explain", "{}"),
        ("schema", "{}"),
        ("controls", "{}"),
        ("test", "{}"),
        ("digest", "{}"),
        ("diff", "{}"),
    ],
)
def test_no_argument_is_printed_as_a_command(cmpolicy, checkout, arguments):
    from runner import commands

    text = "x\n::error::y \x1b[31m ##[error]z"
    result = cmpolicy(*(part.format(text) for part in arguments), cwd=checkout)

    assert result.status == 2
    assert commands(result.err) == []
    assert "\x1b[31m" not in result.err
    assert result.out == ""


# Time


def test_a_time_limit_that_is_kept_changes_nothing(cmpolicy, checkout):
    free = cmpolicy(*CHECK, cwd=checkout)
    bound = cmpolicy(*CHECK, "--timeout", "600", cwd=checkout)

    assert (bound.status, bound.out) == (free.status, free.out)


@pytest.mark.parametrize("jobs", [(), ("--jobs", "1"), ("--jobs", "2")])
def test_what_is_not_judged_in_time_is_an_error_of_each_rule(cmpolicy, checkout, jobs):
    import json

    (checkout / "other.yaml").write_text("nothing: of ours\n")
    run = cmpolicy("check", *AS_OF, *jobs, "--timeout", "1e-6", "--format", "json", cwd=checkout)
    report = json.loads(run.out)

    assert run.status == 1
    assert {verdict["outcome"] for verdict in report["verdicts"]} == {"error"}
    assert {verdict["file"] for verdict in report["verdicts"]} == {"a.yaml"}
    assert "not judged: the run's time limit of 1e-06 s was reached" in run.out


def test_under_new_since_a_run_that_takes_too_long_is_an_error(cmpolicy, tmp_path, monkeypatch):
    import gitrepo

    gitrepo.quiet(monkeypatch)
    repo = gitrepo.GitRepo.init(tmp_path / "repo")
    repo.commit({"a.yaml": HEAD})
    run = cmpolicy("check", *AS_OF, "--new-since", "HEAD", "--timeout", "1e-6", cwd=repo.path)

    assert run.status == 2
    assert "time limit of 1e-06 s" in run.err
    assert "--timeout" in run.err


# Interrupts


def session(identity):
    """Return the processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                facts = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(facts[3]) == identity and facts[0] != "Z":
                found.append(int(entry.name))
    return found


def heed_interrupts():
    """Take back what a shell does to what runs in the background: it ignores interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@LINUX
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("whom", ["group", "program"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_every_process(checkout, jobs, whom, sent):
    chance = random.Random(f"{jobs} {whom} {sent}")  # noqa: S311 - the same moments each time
    for number in range(60):
        text = HEAD.replace("id: lakeside", f"id: lakeside-{number}")
        (checkout / f"a{number}.yaml").write_text(text)
    for _ in range(5):
        program = subprocess.Popen(
            [sys.executable, "-m", "cmpolicy", *CHECK, "--jobs", jobs],
            cwd=checkout,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=heed_interrupts,  # noqa: PLW1509 - no other thread runs here
        )
        with pytest.raises(subprocess.TimeoutExpired):
            program.communicate(timeout=chance.uniform(0.1, 0.6))
        (os.killpg if whom == "group" else os.kill)(program.pid, sent)
        err = program.communicate(timeout=60)[1]
        while session(program.pid):  # for as long as the test may take
            pass

        assert program.returncode in {-sent, 130}
        assert program.returncode != 130 or err.endswith(b"interrupted\n")


def test_an_interrupt_that_gets_lost_ends_the_program_all_the_same(tmp_path):
    script = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from cmpolicy import cli
def stubborn():
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        sys.stdout.write("lost")
        sys.stdout.flush()
    time.sleep(600)
cli.main = stubborn
cli.run()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, timeout=300
    )

    assert (done.returncode, done.stdout) == (130, b"lost")


# Records


def test_asking_for_a_file_that_is_not_there_lists_no_folder(tmp_path):
    listed = []
    (tmp_path / "records").mkdir()
    for number in range(50):
        (tmp_path / "records" / f"{number}.pdf").write_text("x")
    watching = [True]

    def note(event, arguments):
        if watching[0] and event in {"os.listdir", "os.scandir"}:
            listed.append(str(arguments[0]))

    sys.addaudithook(note)
    tree = WorkTree(tmp_path)
    there = [tree.is_file(f"records/{number}.pdf") for number in range(40, 60)]
    elsewhere = [tree.is_file(path) for path in ("nowhere/x.pdf", "records/1.pdf/y", "records")]
    watching[0] = False

    assert there == [True] * 10 + [False] * 10
    assert elsewhere == [False] * 3
    assert [name for name in listed if name.startswith(str(tmp_path))] == []
