"""The gate: a change cannot leave the checked set, nor hide behind earlier failures.

The laws are: what is named is judged, or is an error (`members`, `kinds`); the set does not
shrink unsaid (`dropping`, `narrowing`); known and waived cover what stood, not what comes
(`known`). They are pure: what runs them, and asks git, is in `runs`.
"""
