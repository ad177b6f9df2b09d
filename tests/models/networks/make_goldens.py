"""Write `golden.npz` anew: what the small networks give, a few numbers of each output.

    python -m tests.models.networks.make_goldens

The networks that wrote it reproduced the published ones' numbers at full size (`test_parity`). Run it only after
those tests, and only where the recipe in `small.py` was changed on purpose.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .small import SMALL, inputs, network, outputs

GOLDEN = Path(__file__).with_name("golden.npz")
SAMPLES = 48


def sample(output: torch.Tensor) -> np.ndarray:
    """At most `SAMPLES` numbers of an output, spread over it."""
    flat = output.flatten()
    count = min(SAMPLES, len(flat))
    return flat[torch.arange(count) * len(flat) // count].numpy()


@torch.inference_mode()
def found() -> dict[str, np.ndarray]:
    """The samples of all small networks' outputs."""
    return {
        f"{name}/{key}": sample(output)
        for name in SMALL
        for key, output in outputs(network(name), inputs(name)).items()
    }


if __name__ == "__main__":
    np.savez_compressed(GOLDEN, **found())
    print(f"{GOLDEN.name}: {GOLDEN.stat().st_size} bytes")
