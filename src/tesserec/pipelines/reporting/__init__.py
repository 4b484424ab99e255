"""Results → metrics for machines, figures for Kedro-Viz, and one report for people."""

from tesserec.pipelines.reporting.pipeline import create_pipeline

__all__ = ["create_pipeline"]
