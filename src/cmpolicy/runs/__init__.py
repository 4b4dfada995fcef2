"""Runs: the root, the snapshots, the policy, and the report.

The command line parses options and prints; everything between those two is here, and knows
neither click nor the clock on the wall.
"""
