"""From what the author wrote to what readers see: boxes, accordions, tabs, code, figures, links."""
