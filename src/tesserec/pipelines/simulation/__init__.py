"""Simulation: people with planted tastes, and everything they do, from a seed."""

from tesserec.pipelines.simulation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
