"""The state of every control of a framework, with the rules and rows behind it."""

from cmpolicy.controls.contracts import Contract, contracts
from cmpolicy.controls.evidence import Entry, Evidence, Said, said
from cmpolicy.controls.results import COUNTED, RuleResult
from cmpolicy.controls.states import ControlsReport, Standing, Standings, State, counts, standings

__all__ = [
    "COUNTED",
    "Contract",
    "ControlsReport",
    "Entry",
    "Evidence",
    "RuleResult",
    "Said",
    "Standing",
    "Standings",
    "State",
    "contracts",
    "counts",
    "said",
    "standings",
]
