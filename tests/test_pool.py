"""Work in processes: results in order, faults as what they are, and nothing left behind."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import pool_work
from cmpolicy.errors import CmpolicyError
from cmpolicy.pool import Crew, Limit, spread

PROCESSES = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux' /proc")


def children():
    """Return the processes that this one started and that are still there."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                facts = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(facts[1]) == os.getpid():
                found.append(int(entry.name))
    return found


def lives(process):
    """Say whether a process runs, and does not only wait to be taken leave of."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Until(Limit):
    """A limit that is reached once a number of items have been done in a folder."""

    def __init__(self, folder, count):
        super().__init__(3, 0)
        object.__setattr__(self, "folder", folder)
        object.__setattr__(self, "count", count)

    @property
    def left(self):
        """Seconds until then."""
        return 0.1 if len(list(self.folder.glob("*-ended"))) < self.count else 0.0


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 200])
def test_results_come_in_the_order_of_the_items(size, count):
    expected = [number * 3 for number in range(count)]

    assert list(spread(pool_work.times, 3, range(count), Crew(size))) == expected


def test_an_exception_of_a_worker_is_raised_here_whole():
    with pytest.raises(CmpolicyError) as raised:
        list(spread(pool_work.odd, None, [1, 3, 4, 5], Crew(2)))

    assert (raised.value.message, raised.value.hint) == ("even", "give odd ones")
    assert raised.value.location.file == "numbers"


def test_so_is_one_of_what_makes_the_function():
    with pytest.raises(CmpolicyError, match="cannot be made"):
        list(spread(pool_work.unmakable, None, [1], Crew(1)))


def test_a_result_that_cannot_be_sent_is_told():
    with pytest.raises(RuntimeError, match=r"lambda|local object|pickle"):
        list(spread(pool_work.unsendable, None, [1], Crew(1)))


def test_what_a_worker_prints_spoils_no_answer():
    assert list(spread(pool_work.talking, None, [1, 2], Crew(1))) == [1, 2]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals that kill")
def test_a_killed_worker_is_an_error_with_a_remedy():
    with pytest.raises(CmpolicyError, match="SIGKILL") as raised:
        list(spread(pool_work.fatal, None, range(10), Crew(2)))

    assert "--jobs" in raised.value.hint
    assert "memory" in raised.value.hint


def test_a_process_that_cannot_be_started_is_an_error_with_a_remedy(monkeypatch):
    monkeypatch.setattr(sys, "executable", str(Path("nowhere", "python").absolute()))

    with pytest.raises(CmpolicyError, match="cannot be started") as raised:
        list(spread(pool_work.times, 3, [1], Crew(2)))

    assert "--jobs" in raised.value.hint


def test_what_is_not_done_at_the_limit_is_none_and_stopped(tmp_path):
    crew = Crew(2, Until(tmp_path, 1))
    found = list(spread(pool_work.noting, str(tmp_path), [600, 0], crew))

    assert found[0] is None
    assert [path.name for path in tmp_path.glob("*-ended")] == [f"{found[1]}-ended"] * bool(
        found[1]
    )
    assert str(crew.limit) == "the run's time limit of 3 s was reached"


def test_a_limit_that_is_over_leaves_everything():
    assert list(spread(pool_work.times, 3, [1, 2], Crew(2, Limit(1, 0)))) == [None, None]


@PROCESSES
def test_no_process_is_left_however_it_ends():
    before = set(children())
    list(spread(pool_work.times, 3, range(9), Crew(3)))
    with pytest.raises(CmpolicyError):
        list(spread(pool_work.odd, None, [2], Crew(2)))
    list(spread(pool_work.times, 3, range(9), Crew(3, Limit(1, 0))))
    unfinished = spread(pool_work.times, 3, range(99), Crew(3))
    next(unfinished)
    unfinished.close()

    assert set(children()) - before == set()


@PROCESSES
def test_a_worker_ends_by_itself_when_the_one_that_started_it_is_killed(tmp_path):
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import pool_work\n"
        "from cmpolicy.pool import Crew, spread\n"
        "list(spread(pool_work.noting, sys.argv[2], [600, 600], Crew(2)))\n"
    )
    tests = str(Path(__file__).parent)
    program = subprocess.Popen([sys.executable, "-c", script, tests, str(tmp_path)])
    while len(list(tmp_path.iterdir())) < 2:
        assert program.poll() is None
    program.kill()
    program.wait()

    for began in tmp_path.iterdir():
        worker = Path("/proc", began.name.partition("-")[0])
        while lives(worker):  # for as long as it takes
            pass
    assert [path.name for path in tmp_path.glob("*-ended")] == []


def test_workers_stand_outside_the_folder_they_are_called_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", ".", *sys.path])
    ((here, path, isolated, alone),) = spread(pool_work.surroundings, None, [1], Crew(1))

    assert Path(here) == Path(sys.prefix)
    assert [entry for entry in path if not Path(entry).is_absolute()] == []
    assert isolated == 1
    assert alone


@pytest.mark.parametrize("error", [CmpolicyError("x", None, "y"), OSError(24, "z", "file")])
def test_errors_survive_the_way(error):
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here

    assert (type(again), str(again)) == (type(error), str(error))
