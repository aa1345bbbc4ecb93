"""Where environments come from: Pixi, py-rattler, or the interpreter that runs the builder."""
