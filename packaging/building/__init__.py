"""From the sources to static binaries, what is linked into them, and under which licences."""
