"""Which engine runs a network."""

from hillock.distributed import processes
from hillock.engines._base import AbstractEngine
from hillock.engines.network._base import AbstractNetworkRun, NetworkJob
from hillock.engines.network._scan import ScanNetwork
from hillock.engines.network._sharded import sharded
from hillock.engines.network._simd import SimdNetwork, fitting_threads
from hillock.engines.scan import Scan
from hillock.engines.simd import Simd, processors


def open_network(job: NetworkJob, engine: AbstractEngine | None) -> AbstractNetworkRun:
    """Return the run of a network under an engine; None chooses."""
    company = processes()
    if company.count > 1:
        if engine is None or isinstance(engine, Simd):
            return sharded(job, engine.threads if engine else None, company)
        raise ValueError(f"The engine {engine.name} runs a network in one process, got {company.count}. Use engine='simd'.")
    if engine is None or isinstance(engine, Simd):
        return SimdNetwork(job, fitting_threads(job, engine.threads if engine else None, processors()))
    if isinstance(engine, Scan):
        return ScanNetwork(job)
    raise ValueError(f"The engine {engine.name} runs no networks. Use engine='simd' or 'scan'.")
