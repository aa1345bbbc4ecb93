"""R Markdown episodes: knitr runs the whole document in one R process, and its pieces come back in order as data."""
