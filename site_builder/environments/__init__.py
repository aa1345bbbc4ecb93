"""Where cells run: locked packages, providers, and facts of the machine."""
