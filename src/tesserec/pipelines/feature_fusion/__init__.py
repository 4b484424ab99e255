"""Tables and embeddings to feature blocks and histories, each fitted on what its stage may see."""

from tesserec.pipelines.feature_fusion.pipeline import create_pipeline

__all__ = ["create_pipeline"]
