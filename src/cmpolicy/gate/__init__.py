"""What a change cannot do: leave the set that is checked, or hide behind what stood before.

The laws are: what is named is judged, or is an error (`members`, `kinds`); the set does not
shrink unsaid (`dropping`, `narrowing`); known and waived cover what stood, not what comes
(`known`). They are pure: what runs them, and asks git, is in `runs`.
"""
