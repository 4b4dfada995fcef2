"""Pull requests for the tests of CI: a repository, a change to it, and the clones of a server."""

from gitrepo import GitRepo
from test_diff_command import LATER, NARROWED, PACK, text

PATH = "agreements/lakeside.yaml"
OTHER = "agreements/other.yaml"
# Of a model that no bundled pack judges, so that they need not be read for every run.
SOUND = text().replace("model: co-managed", "model: fully-managed")
WEAK = SOUND.replace(*NARROWED)
REWORDED = SOUND.replace("title: Lakeside", "title: Lakeside Clinic")
DEPTH_2 = ("--depth=2",)
CONFIG = "packs: [./house.yaml]\n"


class Pull:
    """A repository on GitHub with a pull request, whose base moved on since it was opened."""

    def __init__(self, folder, change, base=SOUND, config=CONFIG, branch="change"):
        self.folder = folder
        origin = GitRepo.init(folder / "origin")
        self.opened = origin.commit({"house.yaml": PACK, "cmpolicy.yaml": config, PATH: base})
        origin.git("checkout", "--quiet", "-b", branch)
        self.head = origin.commit(change)
        origin.git("checkout", "--quiet", "main")
        # What others did meanwhile is none of the pull request's doing.
        self.base = origin.commit({OTHER: self.other()})
        origin.git("checkout", "--quiet", "--detach")
        origin.git("merge", "--quiet", "--no-ff", "--no-edit", branch)
        origin.git("update-ref", "refs/pull/7/merge", "HEAD")
        self.merge = origin.head()
        origin.git("checkout", "--quiet", "main")
        self.origin = origin

    @staticmethod
    def other():
        """Return an agreement that fails, with an id of its own."""
        return WEAK.replace("id: lakeside", "id: other").replace(*LATER)

    def clone(self, *depth, commit=None):
        """Check out as actions/checkout does: a fetch of one commit, detached."""
        commit = commit or self.merge
        repo = GitRepo.init(self.folder / "checkout")
        repo.git("remote", "add", "origin", self.origin.path.as_uri())
        self.origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
        refs = ["+refs/heads/*:refs/remotes/origin/*"] if not depth else []
        repo.git("fetch", "--quiet", "--no-tags", *depth, "origin", *refs, commit)
        repo.git("checkout", "--quiet", "--force", "--detach", commit)
        return repo.path

    def event(self):
        """Return the event; it tells the base as it was when the pull request was opened."""
        pull = {"number": 7, "base": {"sha": self.opened}}
        return {"name": "pull_request", "sha": self.merge, "pull_request": pull}
