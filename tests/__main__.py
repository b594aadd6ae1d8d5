"""All checks in one command: ``python -m tests``; further arguments go to pytest.

Without any, the tests share the machine's cores; a file stays with one of them, because
what a module sets up once is dear.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest",),
)


ON_ALL_CORES = ["--numprocesses", "auto", "--dist", "loadfile"]


def main() -> int:
    """Run the checks in order; return the exit code of the first that fails."""
    for check in CHECKS:
        further = sys.argv[1:] or ON_ALL_CORES if check == ("pytest",) else []
        print(f"\n$ {' '.join([*check, *further])}", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", *check, *further],
            cwd=ROOT,
            env=os.environ | {"NO_COLOR": "1"},
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
