"""Source to model: a lesson's settings and files."""
