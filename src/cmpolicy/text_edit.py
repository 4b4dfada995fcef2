"""An edit of one value: what a comparison finds, and what a report of a change shows."""

from __future__ import annotations

from dataclasses import dataclass

from cmpolicy.errors import Location


@dataclass(frozen=True, slots=True)
class TextEdit:
    """One value that differs between two versions of a file, whatever that means."""

    path: str
    """Symbolic: `targets[p1-respond].within`."""
    before: str | None
    """The text of the value; None: there is none."""
    after: str | None
    old: Location | None = None
    new: Location | None = None
    """Where it stands; on the side where it is not, where the nearest thing above it stands."""
    computed: bool = True
    """Whether promises are computed from all that it changed."""
    sentence: str = ""
    """What was edited, for people, without its end; ids stand in backticks: "rota `noc` is on duty
    Mon-Fri 08:00-18:00 instead of at all hours"."""
    by: TextEdit | None = None
    """That of the input which fills it, where that was filled otherwise: it says the same for all
    the places in which the input stands."""

    @property
    def cause(self) -> TextEdit:
        """What was edited in a file: the input, or the value itself."""
        return self.by or self
