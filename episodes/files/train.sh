#!/bin/bash
# One job: activate the image's environment, if there is one, and train.
if [ -f /workspace/activate.sh ]; then
  # shellcheck source=/dev/null
  . /workspace/activate.sh
fi
set -euo pipefail
echo "files here: $(echo *)"
exec python digits.py "$@"
