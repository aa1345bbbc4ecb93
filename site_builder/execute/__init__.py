"""Run cells in real kernels and a real shell."""
