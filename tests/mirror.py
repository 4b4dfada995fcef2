"""What an effect is called with the sides swapped."""

from cmpolicy.compare import Effect

MIRRORS = {
    Effect.WEAKENED: Effect.STRENGTHENED,
    Effect.STRENGTHENED: Effect.WEAKENED,
}


def mirror(effect):
    """Return the effect of the same change seen from the other side."""
    return MIRRORS.get(effect, effect)
