"""Loads each bundled pack once in a process, however many tests and commands ask for it."""

from functools import wraps

from cmpolicy import bundled


def loading_once(load):
    """Return `load_in_full` that keeps what it loaded, by the text of the pack."""
    loaded = {}

    @wraps(load)
    def load_in_full(identity, frameworks):
        path = bundled.policies()[identity]
        key = (path, path.read_bytes())
        if key not in loaded:
            loaded[key] = load(identity, frameworks)
        return loaded[key]

    return load_in_full
