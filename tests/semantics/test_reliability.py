import numpy as np
import pytest

from tesserec.semantics.reliability import calibration_error, reliability


def test_bins_and_error_by_hand():
    happened = np.array([True, False, True, True])
    said = np.array([0.25, 0.25, 0.9, 1.0])
    low, high = reliability(happened, said)
    assert (low["from"], low["count"], low["predicted"], low["happened"]) == (0.2, 2, 0.25, 0.5)
    assert (high["to"], high["count"], high["happened"]) == (1.0, 2, 1.0)
    assert calibration_error(happened, said) == pytest.approx(0.5 * 0.25 + 0.5 * 0.05)


def test_of_nothing_nothing_is_known():
    assert np.isnan(calibration_error(np.zeros(0, bool), np.zeros(0)))
