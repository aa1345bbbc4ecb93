"""Build Carpentries-style lessons whose code really runs, in the locked environment that each episode names."""

__version__ = "0.1.0"
