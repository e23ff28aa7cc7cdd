"""Makers of packages: each takes a `Release` and gives files; nothing here runs or writes anything, but `extras`."""
