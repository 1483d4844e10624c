"""What other simulators call our parameters, for messages, tables and pictures. No cell takes them: it says what they are called here."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(  # in lower case
    {
        "v_th": ("thr", "v_thr", "v_thresh", "v_threshold", "vth", "vthresh", "threshold", "theta", "spike_threshold"),
        "tau_m": ("tau", "tau_mem", "tau_rc", "taum", "tc_decay", "membrane_time_constant"),
        "t_ref": ("tau_ref", "tau_refrac", "tau_rest", "refract_time", "refractory", "refrac", "t_refrac"),
        "v_rest": ("e_l", "el", "v_leak", "rest", "vrest", "e_leak"),
        "r_m": ("r", "resist_m", "rm", "resistance"),
        "c_m": ("c", "cm", "capacitance"),
        "v_reset": ("reset", "vreset", "v_r"),
        "theta_plus": ("b_theta", "inc_theta"),
        "tau_theta": ("tc_theta_decay", "tau_adapt"),
        "delta_t": ("delta", "deltat", "v_sharpness"),
        "v_t": ("vt", "intrinsic_mem_thr"),
        "i_e": ("i_offset", "ioffset", "bias", "i_ext"),
    }
)


def our_name(name: str, ours: Iterable[str]) -> str | None:
    """Return which of our names another simulator's stands for; None if it is not known."""
    written = name.lower()
    return next((candidate for candidate in ours if written == candidate or written in _ALIASES.get(candidate, ())), None)
