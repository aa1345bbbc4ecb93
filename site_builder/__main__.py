"""``python -m site_builder``: the same command as ``lesson``."""

from site_builder.commands.main import main

if __name__ == "__main__":
    main()
