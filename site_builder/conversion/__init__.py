"""From typed outputs to executed ones: which fences become cells, and the new text of their page. Pure."""
