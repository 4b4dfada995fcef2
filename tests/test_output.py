"""What a terminal sees of long work, and a pipe does not."""

import io

import pytest

from cmpolicy.cli.output import WORTH_SHOWING, progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stream", "count", "shown"),
    [
        (Terminal(), WORTH_SHOWING, True),
        (Terminal(), WORTH_SHOWING - 1, False),
        (io.StringIO(), WORTH_SHOWING, False),
    ],
)
def test_progress_is_shown_on_a_terminal_where_there_is_much_to_do(
    monkeypatch, stream, count, shown
):
    monkeypatch.setattr("sys.stderr", stream)
    items = [str(number) for number in range(count)]

    assert list(progress(items, count)) == items
    assert ("judging" in stream.getvalue()) is shown
    assert ("100%" in stream.getvalue()) is shown
