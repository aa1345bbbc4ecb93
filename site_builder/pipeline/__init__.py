"""The stages of a build in order; the only package that uses all of them."""
