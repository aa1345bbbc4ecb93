"""Is what a page shows still what its code gives: outputs as text, named normalisers, comparison. Pure."""
