"""Trials on disk: an Optuna storage that holds finished trials only."""

import logging
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from tesserec.errors import ConfigError

if TYPE_CHECKING:
    from optuna.storages import RDBStorage
    from optuna.trial import FrozenTrial

logger = logging.getLogger(__name__)

DIRECTION = "maximize"
# Different values of trials from which on something can be told of their options.
TELLING = 2


def import_optuna() -> ModuleType:
    """Return the module of Optuna, that tells warnings only.

    Raises:
        ConfigError: If it is not installed.
    """
    try:
        optuna = import_module("optuna")
    except ImportError as error:
        raise ConfigError(
            'Tuning needs Optuna, which is not installed: run `pip install -e ".[tuning]"`.'
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


@dataclass(frozen=True)
class Trial:
    """A finished trial.

    Args:
        study: Name of the study that it belongs to.
        trial: Its number, state, parameters, value, times and attributes.
    """

    study: str
    trial: "FrozenTrial"


class Studies:
    """The trials of all studies, in one SQLite file that Optuna's own tools can read.

    A trial is written when it is finished, in one transaction. So a killed run leaves no trial half-way: the
    one that it was at is simply not there, and is drawn again (`tesserec.tuning.search`).

    One run at a time may write.

    Args:
        path: The file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _storage(self) -> "RDBStorage":
        return import_optuna().storages.RDBStorage(f"sqlite:///{self._path}")

    def names(self) -> list[str]:
        """Return the names of all studies."""
        return import_optuna().get_all_study_names(self._storage) if self._path.exists() else []

    def trials(self, study: str) -> list["FrozenTrial"]:
        """Return the trials of a study in the order in which they were made; none if there is none."""
        if study not in self.names():
            return []
        return import_optuna().load_study(study_name=study, storage=self._storage).get_trials()

    def append(self, trial: Trial) -> None:
        """Write a finished trial."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        study = import_optuna().create_study(
            storage=self._storage, study_name=trial.study, direction=DIRECTION, load_if_exists=True
        )
        study.add_trial(trial.trial)

    def importances(self, study: str) -> dict[str, float]:
        """Return what share of the differences between trials each parameter explains; they sum to 1.

        fANOVA (Hutter et al. 2014) of the trials that were not cut short: of few trials it tells what matters
        more surely than Optuna's default does. Empty with fewer than two different values, from which nothing
        can be told.
        """
        values = {trial.value for trial in self.trials(study) if trial.state.name == "COMPLETE"}
        if len(values) < TELLING:
            return {}
        optuna = import_optuna()
        found = optuna.importance.get_param_importances(
            optuna.load_study(study_name=study, storage=self._storage),
            evaluator=optuna.importance.FanovaImportanceEvaluator(seed=0),
        )
        return {option: float(importance) for option, importance in found.items()}
