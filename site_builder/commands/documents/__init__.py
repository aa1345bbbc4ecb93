"""What each command answers under ``--json``: dataclasses, from which the schemas in ``docs/schemas/results/`` are made as well."""
