"""Where the files of agreements come from: the work tree, the index, or a git revision.

All three answer the same questions (`Snapshot`) with the same rules: only regular files below
the root, no symbolic link on the way, nothing of a nested repository, at most 1 MiB a file.
A listing says what it leaves out. This is the only part that knows git,
and the work tree needs no git at all: the library is imported when a revision is first asked.
"""

from cmpolicy.snapshot.changes import Commit, FileChange, changed, history
from cmpolicy.snapshot.content import LIMIT, Listing, Snapshot
from cmpolicy.snapshot.pending import pending
from cmpolicy.snapshot.revisions import default_branch, merge_base, parse_range, resolve
from cmpolicy.snapshot.stored import Index, Revision, Stored, open_index, open_revision
from cmpolicy.snapshot.worktree import WorkTree, find_root

__all__ = [
    "LIMIT",
    "Commit",
    "FileChange",
    "Index",
    "Listing",
    "Revision",
    "Snapshot",
    "Stored",
    "WorkTree",
    "changed",
    "default_branch",
    "find_root",
    "history",
    "merge_base",
    "open_index",
    "open_revision",
    "parse_range",
    "pending",
    "resolve",
]
