"""What happens around a run: checks before it, progress and costs while it goes on, tracking in MLflow."""

from tesserec.hooks.costs import CostHooks
from tesserec.hooks.preflight import PreflightHooks
from tesserec.hooks.progress import ProgressHooks
from tesserec.hooks.tracking import QuietMlflowHook, TrackingHooks

__all__ = ["CostHooks", "PreflightHooks", "ProgressHooks", "QuietMlflowHook", "TrackingHooks"]
