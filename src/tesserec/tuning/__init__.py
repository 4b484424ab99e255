"""The search for options of recommenders, in trials that are kept between runs."""

from tesserec.tuning.search import CLEARLY, NO_VALUE, best_trial, search, standard_error, trial_row
from tesserec.tuning.studies import Studies, Trial, import_optuna

__all__ = [
    "CLEARLY",
    "NO_VALUE",
    "Studies",
    "Trial",
    "best_trial",
    "import_optuna",
    "search",
    "standard_error",
    "trial_row",
]
