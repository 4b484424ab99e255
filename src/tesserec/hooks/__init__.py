"""What happens around a run: checks before it, progress during it, tracking in MLflow throughout."""

from tesserec.hooks.preflight import PreflightHooks
from tesserec.hooks.progress import ProgressHooks
from tesserec.hooks.tracking import QuietMlflowHook, TrackingHooks

__all__ = ["PreflightHooks", "ProgressHooks", "QuietMlflowHook", "TrackingHooks"]
