"""The executor of this machine: kernels and shells of its own, in folders of their own."""
