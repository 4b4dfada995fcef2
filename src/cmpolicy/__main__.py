"""`python -m cmpolicy`."""

from cmpolicy.cli import run

run()
