"""The training loop: epochs, early stopping, checkpoints."""

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from tesserec.neural.batches import draw_batches, windows_of
from tesserec.neural.checkpoint import Checkpoint
from tesserec.neural.events import Events
from tesserec.neural.sampling import draw_negatives
from tesserec.neural.step import LOSSES, TrainingStep
from tesserec.neural.validation import Validation


@dataclass(frozen=True)
class Trainer:
    """Trains a step until the validation no longer improves, and returns its best epoch.

    AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101) with a linear warm-up. Several GPUs share each batch.

    Args:
        epochs: At most.
        patience: Epochs without a better validation after which training ends.
        batch_tokens: Items of a batch, padding included.
        accumulation: Batches whose gradients make one update.
        negatives: Uniform draws of a batch; catalogues of at most as many known items are ranked whole.
        learning_rate: After the warm-up.
        warmup: Updates until the full learning rate.
        weight_decay: Of matrices; vectors and scalars have none.
        gradient_clip: Greatest norm of the gradient.
        history_length: Longest window of a history.
        seed: Of order, negatives and dropout. Every epoch draws from a seed of its own, so that a resumed run
            goes on like one that was never ended.
        checkpoints: Folder for what it takes to resume; None: none is written.
    """

    epochs: int
    patience: int
    batch_tokens: int
    accumulation: int
    negatives: int
    learning_rate: float
    warmup: int
    weight_decay: float
    gradient_clip: float
    history_length: int
    seed: int
    checkpoints: Path | None

    def train(
        self, step: TrainingStep, events: Events, validation: Validation, *, ordered: bool
    ) -> list[dict[str, float]]:
        """Train `step` in place and leave it at its best epoch.

        Args:
            step: Parameters and losses, on their device.
            events: Histories to learn from.
            validation: Judges every epoch.
            ordered: Whether the order of histories means anything.

        Returns:
            The curves, a row per epoch: epoch, each loss, ndcg@10, seconds.
        """
        optimizer = self._optimizer(step)
        progress = Checkpoint.resume(self.checkpoints, step, optimizer)
        devices = devices_of(step)
        model = nn.DataParallel(step, devices) if len(devices) > 1 else step
        windows = windows_of(events, self.history_length)
        with tqdm(total=self.epochs, initial=progress.epoch, desc="Training", unit="epoch") as bar:
            while progress.epoch < self.epochs and progress.epoch - progress.best_epoch < self.patience:
                start = perf_counter()
                losses = self._epoch(model, step, optimizer, events, windows, progress, ordered=ordered)
                ndcg = validation.ndcg(step, self.history_length, self.batch_tokens)
                row = {"epoch": progress.epoch + 1, **losses, "ndcg@10": ndcg}
                progress.advance({**row, "seconds": perf_counter() - start}, step)
                progress.save(self.checkpoints, step, optimizer)
                bar.update()
                bar.set_postfix(loss=f"{losses['next_item']:.3f}", ndcg=f"{ndcg:.4f}")
        step.load_state_dict(progress.best)
        return progress.curves

    def _epoch(
        self,
        model: nn.Module,
        step: TrainingStep,
        optimizer: torch.optim.Optimizer,
        events: Events,
        windows: np.ndarray,
        progress: Checkpoint,
        *,
        ordered: bool,
    ) -> dict[str, float]:
        generator = np.random.default_rng([self.seed, progress.epoch])
        device = step.shares.device
        sums: list[Tensor] = []
        step.train()
        with torch.random.fork_rng(devices=devices_of(step)):
            torch.manual_seed(int(generator.integers(2**31)))
            for place, batch in enumerate(
                draw_batches(events, windows, self.batch_tokens, generator, shuffle=not ordered)
            ):
                tensors = [tensor.to(device) for tensor in batch.tensors()]
                negatives = self._negatives(step, len(batch.items), generator).to(device)
                losses = model(*tensors, negatives).mean(0)
                (step.total(losses) / self.accumulation).backward()
                sums.append(losses.detach())
                if (place + 1) % self.accumulation == 0:
                    self._update(step, optimizer, progress)
            if len(sums) % self.accumulation:
                self._update(step, optimizer, progress)
        return dict(zip(LOSSES, torch.stack(sums).mean(0).tolist(), strict=True))

    def _negatives(self, step: TrainingStep, rows: int, generator: np.random.Generator) -> Tensor:
        known = step.known.cpu().numpy()
        if len(known) <= self.negatives:
            return torch.zeros((rows, 0), dtype=torch.long)
        return torch.from_numpy(draw_negatives(known, self.negatives, rows, generator))

    def _update(self, step: TrainingStep, optimizer: torch.optim.Optimizer, progress: Checkpoint) -> None:
        progress.updates += 1
        for group in optimizer.param_groups:
            group["lr"] = self.learning_rate * min(1.0, progress.updates / max(self.warmup, 1))
        nn.utils.clip_grad_norm_(step.parameters(), self.gradient_clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    def _optimizer(self, step: TrainingStep) -> torch.optim.Optimizer:
        trained = [parameter for parameter in step.parameters() if parameter.requires_grad]
        groups = [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": self.weight_decay},
            {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=self.learning_rate)


def devices_of(step: TrainingStep) -> list[int]:
    """Return the GPUs to train on: all, if the step is on the first; none, if it is on the processor."""
    device = step.shares.device
    if device.type != "cuda":
        return []
    return list(range(torch.cuda.device_count())) if device.index == 0 else [device.index]
