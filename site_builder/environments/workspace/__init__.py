"""What a lesson's Pixi workspace says: manifest, lock file, platforms, configuration."""
