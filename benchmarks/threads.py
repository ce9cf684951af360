"""What a second thread costs: a query and a matrix product, with and without the encoder's limits.

    python benchmarks/threads.py [MENTOR_HOME]

Each variant runs in its own process; the medians of 60 rounds are printed in milliseconds.
"""

import subprocess
import sys
from pathlib import Path

ROUND = """
import statistics, sys, time
from pathlib import Path
import numpy as np
import knowledge.onnx_encoder as module
if sys.argv[2] == "free":
    import onnxruntime, threadpoolctl
    threadpoolctl.threadpool_limits = lambda *a, **k: None
    module._open_session = lambda path, threads: onnxruntime.InferenceSession(str(path))
encoder = module.OnnxEncoder(Path(sys.argv[1]) / "encoder")
rows = np.random.default_rng(0).random((4200, 384)).astype(np.float32)
queries, products = [], []
for i in range(60):
    start = time.perf_counter()
    row = encoder.embed_query(f"how do i tell my boss that i want to leave after {i} years")
    queries.append(time.perf_counter() - start)
    start = time.perf_counter()
    rows @ row
    products.append(time.perf_counter() - start)
print(f"{sys.argv[2]:8} query {statistics.median(queries) * 1e3:6.2f} ms   product {statistics.median(products) * 1e3:6.2f} ms")
"""


def main() -> None:
    """Run both variants, twice, in turn."""
    from knowledge.settings import default_home

    home = sys.argv[1] if len(sys.argv) > 1 else str(default_home())
    root = Path(__file__).parent.parent
    for variant in ("free", "limited") * 2:
        subprocess.run([sys.executable, "-c", ROUND, home, variant], cwd=root, check=True)


if __name__ == "__main__":
    main()
