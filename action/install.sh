#!/usr/bin/env bash
# Install cmpolicy from this checkout into a new virtual environment.
#
#   bash action/install.sh FOLDER
#
# The only downloads are the wheels whose hashes requirements.txt names. cmpolicy itself is built
# here with the build tools of that file: no network, and no isolated build that would fetch others.
# The commit of this checkout so names every byte that is installed. (macOS has bash 3.2.)
set -euo pipefail

action=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
mkdir -p "$1"
venv=$(cd "$1" && pwd -P)
# What is judged may be the working directory of the job. Nothing of it is imported from here on.
cd "$action"
unset PYTHONPATH PYTHONHOME PYTHONSTARTUP
export PYTHONSAFEPATH=1 PYTHONNOUSERSITE=1 PYTHONDONTWRITEBYTECODE=1

python3 -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "cmpolicy needs Python 3.11 or later as python3, found $(python3 -I --version 2>&1)" >&2
  exit 2
}
python3 -I -m venv --clear "$venv"
pip() { "$venv/bin/python" -I -m pip install --quiet --disable-pip-version-check --no-input "$@"; }
pip --require-hashes --only-binary :all: --no-deps --requirement requirements.txt
pip --no-index --no-build-isolation --no-deps "${action%/*}"
