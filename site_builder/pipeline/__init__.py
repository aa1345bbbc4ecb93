"""The stages of a build in their order; the only package that knows all of them."""
