"""What each part of the system is worth: the fusion without it, with one budget and one protocol."""

from tesserec.pipelines.ablation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
