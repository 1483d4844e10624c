"""A line from every process to every other: what is brought after every window must not wait for more than the network does.

JAX's collectives over gloo take 0.2 to 0.5 ms for a few bytes between two processes on one host, and milliseconds where other programs run there, since
several threads hand them on; a line takes some hundredths. So JAX brings the processes together and watches over them, and the rest goes by lines.
"""

import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import closing, suppress

_TOKEN = 16  # bytes by which a process knows the others
LEAVE = b"."  # shorter than any message
_AT_ONCE = 2**14  # bytes that a line takes without anyone reading


class Lines:
    """Connections to all other processes.

    Args:
        number, count: of this process, and how many there are.
        coordinator: host and port of process 0.
        gather: brings a message of each process, all as long, to all.

    """

    def __init__(self, number: int, count: int, coordinator: str, gather: Callable[[bytes], Sequence[bytes]]):
        self.number = number
        self.others: dict[int, socket.socket] = {}
        with closing(_listening()) as door:
            here = f"{_own_host(coordinator, number)} {door.getsockname()[1]} {secrets.token_hex(_TOKEN)}"
            told = [message.decode().split() for message in gather(here.ljust(256).encode())]
            token = told[0][2].encode()
            for other in range(number):
                host, port, _ = told[other]
                line = self.others[other] = socket.create_connection((host, int(port)))
                line.sendall(token + number.to_bytes(4, "little"))
            while len(self.others) < count - 1:
                line, _ = door.accept()
                if _received(line, 2 * _TOKEN) == token:
                    self.others[int.from_bytes(_received(line, 4), "little")] = line
        for line in self.others.values():
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def gather(self, message: bytes) -> list[bytes]:
        """Return the messages of all processes, all as long.

        Raises:
            ConnectionError: a process is no longer there.

        """
        found = {self.number: message}
        if len(message) <= _AT_ONCE:
            for line in self.others.values():
                line.sendall(message)
            for other, line in self.others.items():
                found[other] = _received(line, len(message))
        else:  # pairs in an order that all have in common, or all would wait for someone to read
            for other in sorted(self.others, key=lambda other: (min(other, self.number), max(other, self.number))):
                line = self.others[other]
                if self.number < other:
                    line.sendall(message)
                found[other] = _received(line, len(message))
                if self.number > other:
                    line.sendall(message)
        return [found[p] for p in sorted(found)]

    def leave(self) -> set[bytes]:
        """Take leave, wait until all others have ended, and return what they said last: ``LEAVE``; something else; or, if they failed, nothing."""
        for line in self.others.values():
            with suppress(OSError):
                line.sendall(LEAVE)
                line.shutdown(socket.SHUT_WR)
        return {_rest(line) for line in self.others.values()}


def _rest(line: socket.socket) -> bytes:
    """Return what still comes, until a line is closed."""
    found = b""
    try:
        while more := line.recv(2**16):
            found = (found + more)[: 2 * len(LEAVE)]
    except OSError:
        pass
    return found


def _received(line: socket.socket, size: int) -> bytes:
    message = bytearray(size)
    left = memoryview(message)
    while left:
        n = line.recv_into(left)
        if not n:
            raise ConnectionError("the line was closed")
        left = left[n:]
    return bytes(message)


def _listening() -> socket.socket:
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1024)
    return socket.create_server(("", 0), backlog=1024)


def _own_host(coordinator: str, number: int) -> str:
    """Return where others find this process: process 0 as they found it already, the others at the end of their way to it."""
    host, port = coordinator.rsplit(":", 1)
    host = host.strip("[]")
    if number == 0:
        return host
    family, kind, _, _, where = socket.getaddrinfo(host, int(port), type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind) as way:
        way.connect(where)
        return way.getsockname()[0]
