"""One network in several processes: each has some neurons of every population, and the connections to them."""

import socket

from hillock.distributed import Processes
from hillock.engines.network._base import NetworkJob
from hillock.engines.network._simd import SimdNetwork, fitting_threads
from hillock.engines.simd import processors
from hillock.lowering import host


def sharded(job: NetworkJob, threads: int | None, company: Processes) -> SimdNetwork:
    """Return this process's part of the run of a network; what comes out of it is the whole in every process.

    Spikes are brought to all after every window, states and traces at the end of a chunk.

    Args:
        job: the same in all processes.
        threads: of each process; by default what its machine has, divided between the processes there, and no more than any other has.
        company: the processes.

    Raises:
        ValueError: processors do not have the same vectors, so that their last bits differ.

    """
    machine, names = host(), company.gather_bytes(socket.gethostname().encode())
    company.agree({"the processor": f"{machine.triple}, vectors of {machine.vector_bytes} bytes, {'with' if machine.has_fma else 'without'} FMA"})
    own = fitting_threads(job, threads, max(1, processors() // names.count(names[company.number])))
    return SimdNetwork(job, min(int(found) for found in company.gather_bytes(str(own).encode())), company)
