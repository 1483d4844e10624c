"""Checks jaxtyping's annotations at run time; whole numbers pass as real ones (PEP 484)."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))
