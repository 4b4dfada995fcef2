"""cmpolicy: a policy-as-code compliance checker for co-managed IT agreements.

For programs: `check`, `diff` and `load`, which do what the commands do and return their types.
"""

__version__ = "1.0.0"

# Type checkers take it for true; `typing` itself is not loaded for it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from cmpolicy.api import check, diff, load
    from cmpolicy.errors import CmpolicyError

__all__ = ["CmpolicyError", "__version__", "check", "diff", "load"]


def __getattr__(name: str) -> object:
    """Load the public names when they are first asked for: the commands start without them."""
    if name == "CmpolicyError":
        from cmpolicy.errors import CmpolicyError

        return CmpolicyError
    if name in ("check", "diff", "load"):
        from cmpolicy import api

        return getattr(api, name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
