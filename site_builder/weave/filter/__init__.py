"""From the author's markup to what readers see: boxes, accordions, tabs, code, figures, links."""
