"""The examples for CI: linted, held to our rules, and run as their servers run them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from composite import ROOT, script
from gitrepo import QUIET, GitRepo
from pulls import CONFIG, OTHER, PATH, REWORDED, WEAK, Pull
from schema_files import FOLDER, problems, xml_problems

EXAMPLES = ROOT / "examples" / "ci"
WORKFLOWS = [EXAMPLES / "github.yml", *sorted((ROOT / ".github").rglob("*.yml"))]
ACTIONS = [ROOT / "action.yml", *WORKFLOWS]
RUNS_BASH = pytest.mark.skipif(os.name == "nt", reason="the jobs are for a POSIX shell")
GITLAB = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text(encoding="utf-8"))["cmpolicy"]
JENKINS = (EXAMPLES / "Jenkinsfile").read_text(encoding="utf-8")
BROKEN = "pakcs: []\n"


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(document):
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    return [step for job in jobs for step in job["steps"]]


def named(path):
    return str(path.relative_to(ROOT))


def zizmor(*paths):
    program = Path(sys.executable).with_name("zizmor")
    asked = ("--offline", "--no-progress", "--persona", "auditor")
    return subprocess.run([program, *asked, *paths], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("path", ACTIONS, ids=named)
def test_zizmor_finds_nothing(path):
    done = zizmor(path)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", ACTIONS, ids=named)
def test_zizmor_would_find_an_action_that_is_not_pinned(path, tmp_path):
    loose = tmp_path / path.name
    text = path.read_text(encoding="utf-8")
    loose.write_text(re.sub("@[0-9a-f]{40}.*", "@main", text), encoding="utf-8")

    done = zizmor(loose)

    assert done.returncode >= 10, done.stderr  # findings, not a failure of its own
    assert "unpinned-uses" in done.stdout


@pytest.mark.parametrize("path", ACTIONS, ids=named)
def test_no_expression_reaches_a_script_and_every_action_is_pinned(path):
    found = steps(read(path))

    assert found
    for step in found:
        assert "${{" not in step.get("run", "")
        assert "uses" not in step or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"]), step
    # A digest says nothing to a reader: the version stands beside it, where there is one.
    for line in re.findall(r"uses: .*", path.read_text(encoding="utf-8")):
        assert re.search(r"@(0{40}$|[0-9a-f]{40} # v\d+\.\d+\.\d+$)", line), line


@pytest.mark.parametrize("path", WORKFLOWS, ids=named)
def test_a_workflow_gives_no_more_than_each_job_needs(path):
    document = read(path)
    triggers = document[True]  # YAML 1.1 reads `on` as a truth value

    assert "pull_request_target" not in triggers
    assert document["permissions"] == {}
    assert all(job["permissions"] for job in document["jobs"].values())
    for step in steps(document):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_nothing_runs_strangers_code_with_our_token():
    texts = [ROOT / "action.yml", *(ROOT / "action").iterdir(), *EXAMPLES.iterdir(), *WORKFLOWS]

    for path in texts:
        if path.is_file() and path.suffix != ".md":
            assert "pull_request_target" not in path.read_text(encoding="utf-8"), path


def test_the_workflow_asks_for_inputs_that_there_are():
    (ours,) = [step for step in steps(read(EXAMPLES / "github.yml")) if "cmpolicy/" in step["uses"]]

    assert ours["with"].keys() <= read(ROOT / "action.yml")["inputs"].keys()


def test_the_page_tells_every_input_and_output():
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8").partition("## The action")[2]
    action = read(ROOT / "action.yml")

    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == list(action["inputs"])
    assert all(f"`{name}`" in page for name in action["outputs"])


class Job:
    """A job's shell, with this package in the place of what the job installs."""

    def __init__(self, folder, site, checkout):
        self.checkout = checkout
        self.tools = folder / "tmp"
        self.venv = self.tools / "cmpolicy" / "venv"
        script(self.venv / "bin" / "cmpolicy", "-P", "-m", "cmpolicy")
        self.site = site

    def run(self, shell, text, **env):
        """Run a script, and return its status and what it printed."""
        inherited = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
        ours = {"PYTHONPATH": str(self.site), **QUIET}
        done = subprocess.run(
            [*shell, text],
            cwd=self.checkout,
            env={**inherited, **ours, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def job(tmp_path, site):
    """Make a change, its checkout at a commit, and a shell there."""

    def make(change, commit=None):
        pull = Pull(tmp_path, change)
        return pull, Job(tmp_path, site, pull.clone(commit=commit and getattr(pull, commit)))

    return make


def gitlab(job, **env):
    """Run the script as GitLab's runner does: line after line, up to the first that fails."""
    env = {"tools": str(job.venv.parent), **GITLAB["variables"], **env}
    return job.run(("sh", "-ec"), "\n".join(GITLAB["script"]), **env)


def reports(job):
    """Return the artifacts that the job names, by kind; those that are there."""
    found = GITLAB["artifacts"]["reports"]
    return {
        kind: job.checkout / path for kind, path in found.items() if (job.checkout / path).is_file()
    }


# What GitLab sets for a merge request besides the commits.
TARGET = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
MERGE_REQUESTS = {
    "of a branch": ("head", {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "opened"}),
    "of merged results": (
        "merge",
        {
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": "opened",
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "base",
        },
    ),
}


@RUNS_BASH
@pytest.mark.parametrize(("change", "status"), [(REWORDED, 0), (WEAK, 1)], ids=["sound", "weak"])
@pytest.mark.parametrize("name", MERGE_REQUESTS)
def test_gitlab_fails_a_merge_request_for_its_own_doing_and_reports_it(job, name, change, status):
    commit, variables = MERGE_REQUESTS[name]
    pull, here = job({PATH: change}, commit)

    ended, log = gitlab(here, **TARGET, **{key: getattr(pull, of) for key, of in variables.items()})

    assert ended == status, log
    found = reports(here)
    quality = json.loads(found["codequality"].read_text(encoding="utf-8"))
    assert problems(FOLDER / "gitlab-code-quality.schema.json", quality) == []
    bad = [each["location"]["path"] for each in quality if each["severity"] != "info"]
    assert bad == [PATH] * status
    junit = found["junit"].read_text(encoding="utf-8")
    assert xml_problems("jenkins-junit-10-2014.xsd", junit) == []
    assert junit.count("<failure") == status


@RUNS_BASH
def test_gitlab_judges_the_default_branch_whole(job):
    _, here = job({PATH: WEAK}, "merge")

    ended, _ = gitlab(here)

    assert ended == 1
    quality = json.loads(reports(here)["codequality"].read_text(encoding="utf-8"))
    assert {each["location"]["path"] for each in quality} == {PATH, OTHER}


@RUNS_BASH
def test_gitlab_does_not_hide_what_cannot_be_judged(job):
    _, here = job({"cmpolicy.yaml": BROKEN})

    ended, log = gitlab(here)

    assert ended == 2
    assert "pakcs" in log
    assert reports(here) == {}


@RUNS_BASH
@pytest.mark.parametrize("name", ["code-quality.json", "junit.xml"])
def test_gitlab_uploads_no_report_that_the_change_brought(job, tmp_path, name):
    _, here = job({"cmpolicy.yaml": BROKEN, f"cmpolicy-reports/{name}": "all is well"})
    outside = tmp_path / "outside"
    outside.mkdir()
    (here.checkout / "cmpolicy-reports" / "link").symlink_to(outside)

    ended, _ = gitlab(here)

    assert ended == 2
    assert list((here.checkout / "cmpolicy-reports").iterdir()) == []
    assert outside.exists()


OFF = {
    "cmpolicy.yaml": CONFIG + "disable: {house-watch: {because: X, by: Me, until: 2999-01-01}}\n"
}


class Parted(Pull):
    """A change that left a base whose policy was looser than that of the target branch is now."""

    def __init__(self, folder, change):
        super().__init__(folder, change, config=OFF["cmpolicy.yaml"])
        self.base = self.origin.commit({"cmpolicy.yaml": CONFIG})


@RUNS_BASH
def test_gitlab_takes_the_policy_of_the_target_and_not_of_where_the_author_left_it(tmp_path, site):
    pull = Parted(tmp_path, {PATH: WEAK})
    here = Job(tmp_path, site, pull.clone(commit=pull.head))

    ended, log = gitlab(here, **TARGET, CI_MERGE_REQUEST_DIFF_BASE_SHA=pull.opened)

    assert ended == 1, log


@RUNS_BASH
def test_gitlab_ends_with_2_where_the_target_is_not_there(job):
    pull, here = job({PATH: WEAK}, "head")
    sent = {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "gone;$(touch pwned)"}

    ended, _ = gitlab(here, **sent, CI_MERGE_REQUEST_DIFF_BASE_SHA=pull.opened)

    assert ended == 2
    assert not (here.checkout / "pwned").exists()


def test_gitlab_keeps_reports_and_hides_no_failure():
    assert GITLAB["artifacts"]["when"] == "always"
    assert set(GITLAB["artifacts"]["reports"]) == {"codequality", "junit"}
    assert GITLAB["variables"]["GIT_DEPTH"] == "0"
    assert "allow_failure" not in GITLAB
    assert all(
        path.startswith("cmpolicy-reports/") for path in GITLAB["artifacts"]["reports"].values()
    )
    assert not any("|| true" in line for line in GITLAB["script"])


def jenkins(job, **env):
    """Run what the pipeline's step for the check runs, as Jenkins does."""
    _, check = re.findall(r"'''(.*?)'''", JENKINS, re.DOTALL)
    assert "\\" not in check  # Groovy would take it for its own
    return job.run(("sh", "-xec"), check, WORKSPACE_TMP=str(job.tools), **env)


@RUNS_BASH
@pytest.mark.parametrize(("change", "status"), [(REWORDED, 0), (WEAK, 1)], ids=["sound", "weak"])
@pytest.mark.parametrize("commit", ["merge", "head"])
def test_jenkins_judges_a_pull_request_for_its_own_doing(job, commit, change, status):
    _, here = job({PATH: change}, commit)

    ended, log = jenkins(here, CHANGE_TARGET="main")

    assert ended == status, log
    junit = (here.checkout / "reports" / "cmpolicy.xml").read_text(encoding="utf-8")
    assert xml_problems("jenkins-junit-10.xsd", junit) == []
    assert re.findall(r'<failure type="\w+"', junit) == ['<failure type="critical"'] * status
    found = json.loads((here.checkout / "reports" / "cmpolicy.json").read_text(encoding="utf-8"))
    assert found["summary"]["gate"] == ("failed" if status else "passed")


@RUNS_BASH
def test_jenkins_judges_a_branch_whole(job):
    _, here = job({PATH: WEAK}, "merge")

    ended, _ = jenkins(here)

    assert ended == 1
    junit = (here.checkout / "reports" / "cmpolicy.xml").read_text(encoding="utf-8")
    assert junit.count("<failure") == 3


@RUNS_BASH
@pytest.mark.parametrize("target", ["", "gone", "$(touch pwned);`touch pwned`"])
def test_jenkins_ends_with_2_where_nothing_can_be_judged(job, target):
    _, here = job({"cmpolicy.yaml": BROKEN})
    (here.checkout / "reports").mkdir()
    (here.checkout / "reports" / "cmpolicy.xml").write_text("of the build before")

    ended, _ = jenkins(here, CHANGE_TARGET=target)

    assert ended == 2
    assert list((here.checkout / "reports").iterdir()) == []
    assert not (here.checkout / "pwned").exists()


@RUNS_BASH
def test_jenkins_takes_the_policy_of_the_target_and_not_of_where_the_author_left_it(tmp_path, site):
    pull = Parted(tmp_path, {PATH: WEAK})
    here = Job(tmp_path, site, pull.clone(commit=pull.head))

    ended, log = jenkins(here, CHANGE_TARGET="main")

    assert ended == 1, log


def test_jenkins_fails_for_both_statuses_in_words_of_their_own():
    one, two = re.findall(r"if \(status (.*?)\) \{\s+error\(['\"](.*?)['\"]\)", JENKINS)
    post = JENKINS.partition("  post {\n    always {")[2]

    assert (one[0], two[0]) == ("== 1", "!= 0")
    assert "the gate failed" in one[1]
    assert "status ${status}" in two[1]
    assert "archiveArtifacts artifacts: 'reports/*', allowEmptyArchive: true" in post
    assert "junit testResults: 'reports/*.xml', allowEmptyResults: true" in post


ZEROS = "0" * 40


def test_every_example_names_a_commit_that_is_to_be_put_in():
    for name in ("github.yml", "gitlab-ci.yml", "Jenkinsfile"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        assert text.count(ZEROS) == 1
        # A comment may be broken anywhere.
        words = re.sub(r"\s*\n\s*(#|//)\s*", " ", text)
        assert "Put the commit that you reviewed in the place of the zeros: it names" in words


# What each installs, as a script of its shell, and where it puts the environment.
INSTALLS = {
    "gitlab": (("sh", "-ec"), "\n".join([*GITLAB["before_script"], 'echo "$tools/venv"'])),
    "jenkins": (
        ("sh", "-ec"),
        re.findall(r"'''(.*?)'''", JENKINS, re.DOTALL)[0] + 'echo "$tools/venv"',
    ),
}


@RUNS_BASH
@pytest.mark.parametrize("name", INSTALLS)
def test_an_example_installs_the_commit_that_it_names_and_its_lock(job, tmp_path, name):
    shell, text = INSTALLS[name]
    ours = GitRepo.init(tmp_path / "ours")
    files = ("install.sh", "requirements.txt")
    reviewed = ours.commit(
        {f"action/{file}": (ROOT / "action" / file).read_bytes() for file in files}
    )
    ours.commit({"action/install.sh": "echo not reviewed >&2\nexit 9\n"})
    ours.git("config", "uploadpack.allowAnySHA1InWant", "true")
    stand_in = tmp_path / "bin"
    script(stand_in / "python3", "-I", f"{ROOT}/tests/stand_in_python.py")
    _, here = job({**dict.fromkeys(("pip.py", "venv.py"), "raise SystemExit(7)\n"), PATH: REWORDED})
    redirected = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{ours.path.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/cmpolicy/cmpolicy",
        "GH_FOLDER": str(tmp_path),
        "SITE_FOLDER": str(here.site),
        "WORKSPACE_TMP": str(here.tools),
        "PATH": f"{stand_in}{os.pathsep}{os.environ['PATH']}",
    }

    ended, log = here.run(shell, text.replace(ZEROS, reviewed), **redirected)

    assert ended == 0, log
    venv = Path(log.splitlines()[-1])
    assert (venv / "bin" / "cmpolicy").is_file()
    assert not venv.is_relative_to(here.checkout)
    locked, itself = json.loads((tmp_path / "pip.json").read_text(encoding="utf-8"))
    assert {"--require-hashes", "--only-binary", ":all:", "--no-deps"} <= set(locked["arguments"])
    assert Path(locked["cwd"]) == venv.parent / "source" / "action"
    assert itself["arguments"][-1] == str(venv.parent / "source")
    if name == "gitlab":
        shutil.rmtree(venv.parent)  # as the container would be


@pytest.mark.parametrize("settings", [GITLAB["variables"], JENKINS], ids=["gitlab", "jenkins"])
def test_python_imports_nothing_from_the_work_tree(settings):
    text = json.dumps(settings) if isinstance(settings, dict) else settings

    for name in ("PYTHONSAFEPATH", "PYTHONNOUSERSITE"):
        assert re.search(rf"{name}\W+1\b", text)


GATE = (
    ".github/workflows/cmpolicy.yml",
    ".github/CODEOWNERS",
    ".gitlab-ci.yml",
    "Jenkinsfile",
    "CODEOWNERS",
    "cmpolicy.yaml",
    "legal/cmpolicy.yaml",
    "policies/house.yaml",
    "frameworks/insurer.yaml",
    "waivers.yaml",
    "releases.yaml",
)


def test_the_code_owners_own_the_job_and_the_policy_and_no_agreement(tmp_path):
    """Both forges match as `.gitignore` does, but for negation, which is not used here."""
    lines = (EXAMPLES / "CODEOWNERS").read_text(encoding="utf-8").splitlines()
    entries = [line.split() for line in lines if line and not line.startswith("#")]
    assert all(owners == ["@example/compliance"] for _, *owners in entries)
    repo = GitRepo.init(tmp_path)
    repo.write(".git/info/exclude", "".join(f"{pattern}\n" for pattern, *_ in entries))

    owned = repo.git("check-ignore", "--no-index", *GATE, "agreements/a.yaml", "README.md")

    assert owned.splitlines() == list(GATE)


def test_the_page_says_what_each_forge_must_be_set_to():
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    _, *sections = re.split(r"^### ", page.partition("## Keep the job")[2], flags=re.MULTILINE)

    assert [section.partition("\n")[0] for section in sections] == ["GitHub", "GitLab", "Jenkins"]
    hosts = ("https://docs.github.com/", "https://docs.gitlab.com/", "https://plugins.jenkins.io/")
    for section, host in zip(sections, hosts, strict=True):
        assert host in section
        assert "CODEOWNERS" in section
    assert "The pre-commit hook is a convenience, not a gate" in page
