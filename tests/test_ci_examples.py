"""The examples for CI: linted, held to our rules, and run as their servers run them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from composite import ROOT, script
from gitrepo import QUIET
from pulls import OTHER, PATH, REWORDED, WEAK, Pull
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
        script(self.tools / "cmpolicy" / "bin" / "cmpolicy", "-P", "-m", "cmpolicy")
        self.path = f"{self.tools / 'cmpolicy' / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self.site = site

    def run(self, shell, text, **env):
        """Run a script, and return its status and what it printed."""
        inherited = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
        ours = {"PATH": self.path, "PYTHONPATH": str(self.site), **QUIET}
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
    return job.run(("sh", "-ec"), "\n".join(GITLAB["script"]), **env)


def reports(job):
    """Return the artifacts that the job names, by kind; those that are there."""
    found = GITLAB["artifacts"]["reports"]
    return {
        kind: job.checkout / path for kind, path in found.items() if (job.checkout / path).is_file()
    }


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

    ended, log = gitlab(here, **{key: getattr(pull, of) for key, of in variables.items()})

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


def test_gitlab_keeps_reports_and_hides_no_failure():
    assert GITLAB["artifacts"]["when"] == "always"
    assert set(GITLAB["artifacts"]["reports"]) == {"codequality", "junit"}
    assert GITLAB["variables"]["GIT_DEPTH"] == "0"
    assert "allow_failure" not in GITLAB
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


def test_jenkins_fails_for_both_statuses_in_words_of_their_own():
    one, two = re.findall(r"if \(status (.*?)\) \{\s+error\(['\"](.*?)['\"]\)", JENKINS)
    post = JENKINS.partition("  post {\n    always {")[2]

    assert (one[0], two[0]) == ("== 1", "!= 0")
    assert "the gate failed" in one[1]
    assert "status ${status}" in two[1]
    assert "archiveArtifacts artifacts: 'reports/*', allowEmptyArchive: true" in post
    assert "junit testResults: 'reports/*.xml', allowEmptyResults: true" in post


def test_every_example_names_a_commit_that_is_to_be_put_in():
    for name in ("github.yml", "gitlab-ci.yml", "Jenkinsfile"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        assert text.count("cmpolicy/cmpolicy@" + "0" * 40) == 1
        assert "Put the commit that you reviewed in the place of the zeros." in text
