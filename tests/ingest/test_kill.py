import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "kill.py"


@pytest.mark.kill
def test_an_ingest_killed_at_any_moment_is_finished_by_the_next():
    command = [sys.executable, str(BENCHMARK), "8"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("8 kills: ") and "all is whole" in done.stdout
