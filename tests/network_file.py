"""A small network as a file has it: what the tests of network files change."""

PAIR = {
    "duration": "20 ms",
    "dt": "0.1 ms",
    "population": {"A": {"n": 3, "cell": "LIF"}, "B": {"n": 2, "cell": {"type": "LIF", "tau_m": "10 ms"}}},
    "projection": {"source": "A", "target": "B", "synapse": "Exponential", "connect": "AllToAll", "weight": "2 nA", "delay": "1 ms"},
    "input": {"target": "A", "stimulus": {"type": "Step", "amplitude": "1 nA", "start": "2 ms"}},
}


def changed(section: str, **change) -> dict:
    """Return the pair with some keys of one section changed; None takes a key away."""
    return PAIR | {section: {name: value for name, value in {**PAIR[section], **change}.items() if value is not None}}
