"""Episodes as jobs of a scheduler: how they are grouped, what each scheduler is told, and what it answers."""
