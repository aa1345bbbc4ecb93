"""``python -m site_builder``: the same command as ``lesson``."""

import sys

try:
    from site_builder.commands.main import main
except KeyboardInterrupt:  # nothing has begun yet
    sys.exit(130)

if __name__ == "__main__":
    main()
