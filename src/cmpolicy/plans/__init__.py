"""Service plans: an agreement is a base plan, its add-ons, what fills them, and what differs.

Plans, the shared files that they use, and the agreement's own rows are united by key; add-ons
change the base plan; inputs are filled; then the agreement's own edits are made. What comes out is
one document in which every value is located where it is said.
"""

from cmpolicy.plans.combining import (
    HEAD,
    Combination,
    Named,
    Planned,
    combine,
    judge_choice,
    planned,
)
from cmpolicy.plans.model import PLANNED, EditGroup, Input, Plan
from cmpolicy.plans.reading import broken_seal, read_plan

__all__ = [
    "HEAD",
    "PLANNED",
    "Combination",
    "EditGroup",
    "Input",
    "Named",
    "Plan",
    "Planned",
    "broken_seal",
    "combine",
    "judge_choice",
    "planned",
    "read_plan",
]
