"""Whether a page still shows what its code outputs: outputs as text, named normalisers, comparison. Pure."""
