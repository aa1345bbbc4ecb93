"""The local executor: its own kernels and shells, each in its own folder."""
