"""A sweep that is saved, read back and handed on: npz needs nothing else, netCDF and xarray need ``pip install '.[io]'``."""

from pathlib import Path

import numpy as np

import hillock as hk
from hillock.experiment import parse

# An experiment as data, the same as in a file: three time constants times two amplitudes are six neurons of one run.
experiment = parse(
    {
        "duration": "200 ms",
        "dt": "0.1 ms",
        "record": ["v"],
        "every": 10,
        "cell": {"type": "LIF"},
        "stimulus": {"type": "Constant", "amplitude": 0.3},
        "sweep": {"cell": {"tau_m": [10, 20, 30]}, "stimulus": {"amplitude": ["200 pA", "300 pA"]}},
    }
)
rec = experiment.run()

rec.save("sweep.npz")
again = hk.load("sweep.npz")
assert (again.spike_steps == rec.spike_steps).all()
print(f"sweep.npz: {again}, {Path('sweep.npz').stat().st_size} bytes")
print(f"made with dialect {again.provenance['dialect']}, dt {again.provenance['dt']} ms, hillock {again.provenance['packages']['hillock']}")

# Any program that reads zip files of arrays can open it.
with np.load("sweep.npz") as arrays:
    print(f"arrays in it: {', '.join(sorted(arrays))}")

rec.save("sweep.nc")  # netCDF: opens in xarray, MATLAB, Julia, R
data = rec.to_xarray()
print(f"mean potential (mV) by tau_m:\n{data['v'].mean('time').groupby('cell.tau_m').mean().to_series().round(2).to_string()}")
assert hk.load("sweep.nc").labels.keys() == rec.labels.keys()
