"""Why a coverage row does not count, a target has no end, and a call reaches nobody, in words."""

from __future__ import annotations

from cmpolicy.agreement import Agreement, Coverage, Rota, Step, Target
from cmpolicy.amounts import TimeLimit, TimeLimitKind
from cmpolicy.calendars import Calendar
from cmpolicy.duty import staffed
from cmpolicy.unknown import Unknown


def shortcoming(agreement: Agreement, row: Coverage) -> str | None:
    """Say, to follow the row's path, why it does not surely cover its hours; None: it does."""
    return _commitment(agreement, row) or _people(agreement, row) or _hours(agreement, row)


def culprit(agreement: Agreement, row: Coverage) -> str | None:
    """Return the path of the value for which a row surely does not count; None: it may count."""
    if not isinstance(row.commitment, Unknown) and row.commitment != "promised":
        return f"{row.path}.commitment"
    if row.by is None:
        return f"{row.path}.by"
    rota = agreement.rotas.get(str(row.by))
    return f"{rota.path}.members" if rota is not None and not _may_be_staffed(rota) else None


def _may_be_staffed(rota: Rota) -> bool:
    return rota.rostered or isinstance(rota.members, Unknown) or bool(rota.members)


def _commitment(agreement: Agreement, row: Coverage) -> str | None:
    if row.commitment is None:
        lack = agreement.lack(f"{row.path}.commitment")
        return f"does not count: its commitment {lack}"
    if isinstance(row.commitment, Unknown):
        return "may not count: its commitment is unknown"
    if row.commitment != "promised":
        return f"does not count: it is {row.commitment}"
    return None


def _people(agreement: Agreement, row: Coverage) -> str | None:
    if row.by is None:
        return f"does not count: who it is done by {agreement.lack(f'{row.path}.by')}"
    if isinstance(row.by, Unknown):
        return "may not count: who it is done by is unknown"
    rota = agreement.rotas.get(row.by)
    if rota is None or rota.rostered or (rota.members and not isinstance(rota.members, Unknown)):
        return None
    if isinstance(rota.members, Unknown):
        return f"may not count: nobody says who is on the rota {rota.id}"
    return f"does not count: the rota {rota.id} has no members"


def _hours(agreement: Agreement, row: Coverage) -> str | None:
    if _unknown(row.calendar):
        return "may not count: its hours are unknown"
    if row.by in agreement.parties:
        if row.calendar is None:
            return f"may not count: it has no calendar, and {row.by} is a party without hours"
        return None
    member = agreement.people.get(str(row.by)) or agreement.rotas.get(str(row.by))
    if member is not None and _unknown(member.calendar):
        return f"may not count: the hours of {member.id} are unknown"
    return None


def _unknown(calendar: Calendar | Unknown | None) -> bool:
    if isinstance(calendar, Calendar):
        outside = calendar.outside
        return _unknown(outside) if outside is not None else calendar.windows is None
    return isinstance(calendar, Unknown)


def promises_time(target: Target) -> bool:
    """Say whether a clock runs at all: not for best effort, `none`, or a placeholder."""
    if target.within is None or target.commitment in (None, "best-effort"):
        return False
    return isinstance(target.within, Unknown) or target.within.kind is not TimeLimitKind.NONE


def endless(agreement: Agreement, target: Target) -> str:
    """Say, to follow the target's path, why what it promises need never be done."""
    if target.within is None:
        return f"promises nothing: `within` {agreement.lack(f'{target.path}.within')}"
    if isinstance(target.within, Unknown):
        return "may promise nothing: `within` is unknown"
    if target.within.kind is TimeLimitKind.NONE:
        return f"promises nothing: `within` is {target.within.text}"
    return _uncommitted(agreement, target) or _stopped(target, target.within.text)


def _uncommitted(agreement: Agreement, target: Target) -> str | None:
    if target.commitment is None:
        lack = agreement.lack(f"{target.path}.commitment")
        return f"promises nothing: its commitment {lack}"
    if isinstance(target.commitment, Unknown):
        return "may promise nothing: its commitment is unknown"
    if target.commitment == "best-effort":
        return "promises nothing: its commitment is best-effort"
    return None


def _stopped(target: Target, within: str) -> str:
    if _unknown(target.calendar):
        return f"may never end: the hours of its clock are unknown (within {within})"
    return f"never ends: its clock does not open again (within {within})"


def stopped(target: Target) -> str:
    """Say for what a target's clock stops without a limit, or may."""
    if isinstance(target.pauses, Unknown):
        return "what its clock stops for is unknown"
    free = [pause for pause in target.pauses if not isinstance(pause.at_most, TimeLimit)]
    if all(isinstance(pause.at_most, Unknown) for pause in free):
        return "for how long its clock stops is unknown"
    named = dict.fromkeys(
        pause.reason if isinstance(pause.reason, str) else "what is not said"
        for pause in free
        if pause.at_most is None
    )
    return f"its clock stops without limit for {' and '.join(named)}"


def off_duty(agreement: Agreement, step: Step) -> str:
    """Say why a step of an escalation path reaches no human being at any moment."""
    who = step.notify
    if who is None:
        return f"{step.path} notifies nobody: `notify` {agreement.lack(f'{step.path}.notify')}"
    if isinstance(who, Unknown):
        return f"whom {step.path} notifies is unknown"
    if who in agreement.parties:
        return f"{who} is an organisation"
    rota = agreement.rotas.get(who)
    if rota is not None and not staffed(agreement, rota):
        unsaid = isinstance(rota.members, Unknown) or rota.members
        return (
            f"who is on the rota {who} is unknown" if unsaid else f"the rota {who} has no members"
        )
    member = agreement.people.get(who) or rota
    unknown = member is not None and _unknown(member.calendar)
    return f"the hours of {who} are unknown" if unknown else f"{who} is never on duty"
