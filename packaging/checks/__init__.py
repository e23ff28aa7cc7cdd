"""Checks of packages: what the files say of themselves, and what happens where they are installed."""
