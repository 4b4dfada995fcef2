"""cmpolicy: a policy-as-code compliance checker for co-managed IT agreements."""

__version__ = "1.0.0"
