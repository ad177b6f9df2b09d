"""What `torchrun` starts twice (see test_tiny.py): some steps of one model, and what each process has afterwards.

torchrun --nproc-per-node 2 two_processes.py SETTINGS CLIPS OUT
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import torch

from recast_nodes.training.data.pairs import PairSampler
from recast_nodes.training.data.sources import clip_sources
from recast_nodes.training.distributed import joined
from recast_nodes.training.settings_file import read_settings
from recast_nodes.training.trainer import Trainer


def main(file: str, clips: str, out: str) -> None:
    settings, device = read_settings(Path(file)), torch.device("cpu")
    with joined(device) as place:
        assert place.processes == 2
        trainer = Trainer(settings, device, place)
        sampler = PairSampler(clip_sources(settings, Path(clips)), settings)
        numbers = [trainer.teach(sampler)["total"]]
        first = trainer.model.get_submodule("M").fc_kp.weight.detach().clone()
        numbers += [trainer.teach(sampler)["total"] for _ in range(2)]
        digest = hashlib.sha256()
        for name, value in sorted({**trainer.model.state_dict(), **trainer.judges.state_dict()}.items()):
            digest.update(name.encode() + value.numpy().tobytes())
        torch.save({"digest": digest.hexdigest(), "first": first, "numbers": numbers}, f"{out}/{place.rank}.pt")


if __name__ == "__main__":
    main(*sys.argv[1:])
