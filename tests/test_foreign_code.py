"""Nothing of a checkout runs, whatever modules, programs and settings it holds."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

import gitrepo
from gitrepo import GitRepo
from test_gate import CONFIG, HEAD, PACK, WAIVERS

AS_OF = ("--as-of", "2026-11-24")
COMMANDS = {
    "version": ("--version",),
    "check": ("check", *AS_OF),
    "check one": ("check", "a1.yaml", *AS_OF, "--jobs", "1"),
    "check with workers": ("check", *AS_OF, "--jobs", "2"),
    "check in time": ("check", *AS_OF, "--timeout", "600"),
    "check rev": ("check", *AS_OF, "--rev", "HEAD", "--jobs", "2"),
    "check staged": ("check", *AS_OF, "--staged", "--jobs", "2"),
    "check new": ("check", *AS_OF, "--new-since", "HEAD", "--jobs", "2"),
    "diff": ("diff", "HEAD", *AS_OF),
    "diff revisions": ("diff", "HEAD~1..HEAD", *AS_OF),
    "timeline": ("timeline", *AS_OF, "--jobs", "1"),
    "timeline with workers": ("timeline", *AS_OF, "--jobs", "2"),
    "controls": ("controls", "hipaa", *AS_OF),
    "digest": ("digest", "a1.yaml"),
    "explain": ("explain", "house-fast"),
    "schema": ("schema", "agreement"),
    "test": ("test", "house.yaml"),
    "no such file": ("check", "nowhere.yaml", *AS_OF),
}
# Appended to the package that is tested: it comes along into every process.
WATCH = """

def _watch():
    import os, sys

    log = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    checkout = os.environ["WATCHED"]

    def note(event, arguments):
        if event == "open":
            name = arguments[0]
        elif event == "exec":
            name = arguments[0].co_filename
        elif event == "import":
            name = arguments[1]
        elif event == "subprocess.Popen":
            name = arguments[0]
        else:
            return
        if isinstance(name, bytes):
            name = os.fsdecode(name)
        if isinstance(name, str):
            full = os.path.join(os.getcwd(), name) if os.sep in name or event != "exec" else name
            if full.startswith(checkout + os.sep):
                os.write(log, f"{event} {full}\\n".encode())

    sys.addaudithook(note)
    for module in list(sys.modules.values()):
        if (getattr(module, "__file__", None) or "").startswith(checkout):
            os.write(log, f"before {module.__file__}\\n".encode())
    os.write(log, b"watching\\n")

_watch()
"""
PLANTED = """\
import os
with open({marker!r}, "a") as marker:
    marker.write({name!r} + "\\n")
{then}
"""
PROGRAMS = ("git", "python", "python3", "sh", "uname", "ldconfig")
THEN = ("", "raise ImportError('planted')", "raise SystemExit(0)")


def modules():
    """Return every top-level name that is imported by us, by what we use, or by Python itself."""
    return sorted(
        sys.stdlib_module_names
        | set(importlib.metadata.packages_distributions())
        | {"cmpolicy", "sitecustomize", "usercustomize", "__main__", "cmpolicy.cli", "site"}
    )


@pytest.fixture(scope="module")
def program(tmp_path_factory, site):
    """Return the console script, of a package that tells what is opened and executed."""
    folder = tmp_path_factory.mktemp("program")
    package = site / "cmpolicy" / "__init__.py"
    plain = package.read_text(encoding="utf-8")
    package.write_text(plain + WATCH, encoding="utf-8")
    script = folder / "cmpolicy"
    script.write_text("from cmpolicy.__main__ import run\nrun()\n", encoding="utf-8")
    yield script
    package.write_text(plain, encoding="utf-8")


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Return a checkout in which every command has something to do."""
    with pytest.MonkeyPatch.context() as patch:
        gitrepo.quiet(patch)
        repo = GitRepo.init(tmp_path_factory.mktemp("clean") / "repo")
        repo.commit({"house.yaml": PACK, "cmpolicy.yaml": CONFIG, "waivers.yaml": WAIVERS})
        repo.commit({f"a{number}.yaml": agreement(number) for number in range(3)})
    return repo


def agreement(number):
    head = HEAD.replace("id: lakeside", f"id: lakeside-{number}")
    assert head != HEAD
    return f"{head}frameworks: {{hipaa: {{standing: business-associate}}}}\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, clean):
    """Return the same checkout with a module of every name, and programs; and what they write."""
    marker = tmp_path_factory.mktemp("marker") / "ran"
    with pytest.MonkeyPatch.context() as patch:
        gitrepo.quiet(patch)
        repo = clean.clone(tmp_path_factory.mktemp("hostile") / "repo")
    for number, name in enumerate(modules()):
        then = THEN[number % len(THEN)]
        text = PLANTED.format(marker=str(marker), name=name, then=then)
        packed = number % 3 == 0 and name not in PROGRAMS
        place = f"{name.replace('.', '/')}/__init__.py" if packed else f"{name}.py"
        repo.write(place, text)
    for name in PROGRAMS:
        repo.write(name, f'#!/bin/sh\necho {name} >> "{marker}"\nexit 0\n').chmod(0o755)
    return repo, marker


def run(script, site, checkout, tmp_path, arguments, *options, **environment):
    """Run a command in a checkout; return its status, output, and what was noted."""
    log = tmp_path / "log"
    log.unlink(missing_ok=True)
    names = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    names |= gitrepo.QUIET
    names |= {"PYTHONPATH": str(site), "WATCH_LOG": str(log), "WATCHED": str(checkout)}
    done = subprocess.run(
        [sys.executable, *options, *([script] if script else []), *arguments],
        cwd=checkout,
        env=names | environment,
        capture_output=True,
        check=False,
        timeout=300,  # what is planted would sleep longer
    )
    noted = log.read_text().splitlines() if log.exists() else []
    return done.returncode, done.stdout, done.stderr, noted


def code(noted):
    """Return what was noted of files that are not data of ours, nor git's."""
    return [
        line
        for line in noted
        if line != "watching"
        and not (line.startswith("open ") and line.endswith((".yaml", ".yml")))
        and not (line.startswith("open ") and "/.git/" in line)
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_runs_or_reads_a_module_of_the_checkout(
    name, program, site, clean, hostile, tmp_path
):
    repo, marker = hostile
    arguments = COMMANDS[name]
    calm = run(program, site, clean.path, tmp_path, arguments)
    attacked = run(
        program,
        site,
        repo.path,
        tmp_path,
        arguments,
        # An entry that is empty or relative means the working directory.
        PATH=os.pathsep.join(("", ".", str(repo.path), os.environ["PATH"])),
    )

    assert calm[0] in {0, 1} if name != "no such file" else calm[0] == 2
    assert attacked[0] == calm[0], attacked[2].decode()
    assert code(attacked[3]) == []
    assert not marker.exists(), marker.read_text()
    workers = "workers" in name or ("--jobs" in arguments and "2" in arguments)
    assert (attacked[3].count("watching") > 1) == (workers or "--timeout" in arguments)


@pytest.mark.parametrize("options", [("-P", "-m", "cmpolicy"), ("-m", "cmpolicy")])
def test_nor_does_the_module_called_by_its_name(options, program, site, clean, tmp_path):
    """Without -P only what Python itself loads first could come from the working directory."""
    del program
    first = {"cmpolicy", "runpy", "os", "sys", *sys.builtin_module_names}
    planted = set(importlib.metadata.packages_distributions()) | {"multiprocessing", "json"}
    repo = clean.clone(tmp_path / "repo")
    marker = tmp_path / "ran"
    for name in planted - first:
        text = PLANTED.format(marker=str(marker), name=name, then="raise ImportError")
        repo.write(f"{name}.py", text)
    arguments = COMMANDS["check rev"]
    calm = run(None, site, clean.path, tmp_path, arguments, *options)
    attacked = run(None, site, repo.path, tmp_path, arguments, *options)

    assert calm[0] in {0, 1}
    assert attacked[:2] == calm[:2], attacked[2].decode()
    assert code(attacked[3]) == []
    assert not marker.exists()


def test_the_attack_works_on_what_the_standard_library_starts(hostile):
    """The planted modules do run where a process starts as `multiprocessing` starts one."""
    repo, marker = hostile
    subprocess.run([sys.executable, "-c", "import yaml"], cwd=repo.path, check=False, timeout=300)
    ran = marker.read_text().split()
    marker.unlink()

    assert ran  # which one comes first depends on the version of Python


def programs(folder, marker):
    """Return a program that notes that it ran, and what it was called with."""
    path = folder / "program"
    path.write_text(f'#!/bin/sh\necho "$0 $*" >> "{marker}"\ncat\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def racy(repo):
    """Give the files times that tell git nothing: it must look into them."""
    for path in repo.path.glob("*.yaml"):
        os.utime(path, (4_000_000_000, 4_000_000_000))
    repo.git("add", "--all")


def assert_runs(repo, marker, *arguments):
    """Hold that a program of the configuration runs where nothing prevents it."""
    repo.git(*arguments, check=False)
    assert marker.exists()
    marker.unlink()


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
def test_git_runs_no_filter_hook_monitor_or_other_program(cmpolicy, clean, tmp_path, monkeypatch):
    gitrepo.quiet(monkeypatch)
    repo, marker = clean.clone(tmp_path / "repo"), tmp_path / "ran"
    program = programs(tmp_path, marker)
    settings = {
        "core.fsmonitor": program,
        "core.hooksPath": tmp_path / "hooks",
        "core.pager": program,
        "core.sshCommand": program,
        "core.alternateRefsCommand": program,
        "core.editor": program,
        "diff.external": program,
        "diff.own.textconv": program,
        "diff.own.command": program,
        "filter.own.clean": program,
        "filter.own.smudge": program,
        "filter.own.required": "true",
        "filter.two words.in.it.process": program,
        "gpg.program": program,
        "log.showSignature": "true",
        "credential.helper": program,
        "alias.diff-index": f"!{program}",
    }
    (tmp_path / "hooks").mkdir()
    for name in ("post-index-change", "post-checkout", "reference-transaction", "pre-commit"):
        (tmp_path / "hooks" / name).symlink_to(program)
    racy(repo)
    for name, value in settings.items():
        repo.git("config", name, str(value))
    repo.write(".git/info/attributes", "a*.yaml filter=own diff=own\nh* filter=two words.in.it\n")
    assert_runs(repo, marker, "diff-index", "--name-only", "HEAD")
    assert_runs(repo, marker, "diff", "HEAD")
    for arguments in COMMANDS.values():
        cmpolicy(*arguments, cwd=repo.path)

        assert not marker.exists(), (arguments, marker.read_text())


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
def test_nor_in_a_submodule(cmpolicy, clean, tmp_path, monkeypatch):
    gitrepo.quiet(monkeypatch)
    marker = tmp_path / "ran"
    inner = GitRepo.init(tmp_path / "inner")
    inner.commit({"x.yaml": "1"})
    repo = clean.clone(tmp_path / "repo")
    repo.git("submodule", "--quiet", "add", inner.path.as_uri(), "inner")
    repo.commit()
    nested = GitRepo(repo.path / "inner")
    racy(nested)
    nested.git("config", "filter.own.clean", str(programs(tmp_path, marker)))
    attributes = nested.path / nested.git("rev-parse", "--git-path", "info/attributes")
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("* filter=own\n", encoding="utf-8")
    assert_runs(repo, marker, "diff-index", "--name-only", "HEAD")
    result = cmpolicy("diff", "HEAD", *AS_OF, cwd=repo.path)

    assert (result.status, result.err) == (0, "")
    assert not marker.exists()


def test_a_filter_that_cannot_be_left_out_is_an_error(cmpolicy, clean, tmp_path, monkeypatch):
    gitrepo.quiet(monkeypatch)
    repo = clean.clone(tmp_path / "repo")
    repo.git("config", "filter.a=b.clean", "cat")
    result = cmpolicy("diff", "HEAD", *AS_OF, cwd=repo.path)

    assert result.status == 2
    assert "filter called 'a=b'" in result.err


def test_git_is_that_of_the_repository_only_where_there_is_no_other(
    cmpolicy, clean, tmp_path, monkeypatch
):
    gitrepo.quiet(monkeypatch)
    repo, marker = clean.clone(tmp_path / "repo"), tmp_path / "ran"
    (repo.path / "bin").mkdir()
    planted = repo.write("git", f'#!/bin/sh\necho "$@" >> "{marker}"\n')
    planted.chmod(0o755)
    real = os.environ["PATH"]
    for path in ("", ".", str(repo.path)):
        monkeypatch.setenv("PATH", os.pathsep.join((path, real)))

        assert cmpolicy("check", "--rev", "HEAD", *AS_OF, cwd=repo.path).status in {0, 1}
        assert not marker.exists()
    for path in ("", "."):
        monkeypatch.setenv("PATH", path)
        result = cmpolicy("check", "--rev", "HEAD", *AS_OF, cwd=repo.path)

        assert (result.status, marker.exists()) == (2, False)
        assert "git was not found" in result.err


def test_no_module_starts_processes_but_the_pool():
    """Its homes are here, so that nobody goes back to what puts '' on the path."""
    source = Path(__file__).parents[1] / "src" / "cmpolicy"
    starters = {
        str(path.relative_to(source))
        for path in source.rglob("*.py")
        if any(
            word in path.read_text(encoding="utf-8")
            for word in ("import multiprocessing", "concurrent.futures", "os.fork", "os.system")
        )
    }

    assert starters == set()
