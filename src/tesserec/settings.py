"""Project settings of Kedro: configuration loader and hooks."""

import os
from pathlib import Path

from kedro.config import OmegaConfigLoader

# Read when MLflow is first imported, which happens below. Its log lines then follow conf/logging.yml.
os.environ.setdefault("MLFLOW_CONFIGURE_LOGGING", "false")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")

from tesserec.hooks import CostHooks, PreflightHooks, ProgressHooks, QuietMlflowHook, TrackingHooks

_PROJECT_PATH = Path(__file__).resolve().parents[2]

# QuietMlflowHook replaces the hook that kedro-mlflow would register by itself.
DISABLE_HOOKS_FOR_PLUGINS = ("kedro_mlflow",)
HOOKS = (QuietMlflowHook(), TrackingHooks(), CostHooks(), ProgressHooks(), PreflightHooks())

CONFIG_LOADER_CLASS = OmegaConfigLoader
CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    # An environment names only what differs.
    "merge_strategy": {"parameters": "soft", "mlflow": "soft"},
    "config_patterns": {"mlflow": ["mlflow.yml"]},
    "custom_resolvers": {"project_path": _PROJECT_PATH.as_posix},
}
