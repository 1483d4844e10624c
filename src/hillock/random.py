"""Random numbers as a function: value = f(key, stream, neuron, step).

There is no generator to advance, so the numbers are the same for any chunk, batch, thread, engine, device or number of
machines, and 1.0 + 0.5 ms equals 1.5 ms. The function is Philox4x32-10 (Salmon et al. 2011, doi:10.1145/2063384.2063405). What is
made of its bits uses only operations whose rounding is fixed, so that every engine gives the same last bit.
"""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int, UInt32

from hillock._arithmetic import rounded
from hillock._trace import is_traced

Word = UInt32[Array, ""]

_MULTIPLIERS = (np.uint32(0xD2511F53), np.uint32(0xCD9E8D57))
_WEYL = (np.uint32(0x9E3779B9), np.uint32(0xBB67AE85))


class Key(NamedTuple):
    """64 bits that name one sequence of random numbers."""

    low: Word
    high: Word


def make_key(seed: int | Int[Array, ""]) -> Key:
    """Return the key of a whole number 0 ≤ seed < 2⁶⁴; inside jit or vmap of a traced one, below 2³².

    Raises:
        ValueError: it is not such a number.
    """
    if is_traced(seed):
        return Key(jnp.asarray(seed).astype(jnp.uint32), jnp.zeros((), jnp.uint32))
    if not 0 <= seed < 2**64:
        raise ValueError(f"key must be a whole number from 0 to 2**64 - 1, got {seed}.")
    return Key(np.uint32(seed & 0xFFFFFFFF), np.uint32(seed >> 32))  # type: ignore[arg-type]


def bits(key: Key, stream: int, neuron: Int[Array, ""], step: Int[Array, ""]) -> tuple[Word, Word, Word, Word]:
    """Return four independent words of 32 random bits. Negative steps have numbers of their own."""
    c0, c1, c2, c3 = (jnp.asarray(x).astype(jnp.uint32) for x in (step, neuron, np.uint32(stream), 0))
    return _philox((c0, c1, c2, c3), key)


def _philox(counter: tuple[Word, Word, Word, Word], key: Key) -> tuple[Word, Word, Word, Word]:
    """Return Philox4x32-10 of a counter under a key, in the word order of Random123."""
    low, high = (jnp.asarray(word, jnp.uint32) for word in key)
    c0, c1, c2, c3 = counter
    for _ in range(10):
        high_0, low_0 = _multiply(c0, _MULTIPLIERS[0])
        high_1, low_1 = _multiply(c2, _MULTIPLIERS[1])
        c0, c1, c2, c3 = high_1 ^ c1 ^ low, low_1, high_0 ^ c3 ^ high, low_0
        low, high = low + _WEYL[0], high + _WEYL[1]
    return c0, c1, c2, c3


def _multiply(word: Word, constant: np.uint32) -> tuple[Word, Word]:
    """Return high and low word of a product."""
    return lax.mulhi(word, lax.full_like(word, constant)), word * constant


def unit(word: Word) -> Float[Array, ""]:
    """Return a float32 in (0, 1), uniform on odd multiples of 2⁻²⁴: never 0, never 1, exact in every engine."""
    return (word >> 9).astype(jnp.float32) * np.float32(2.0**-23) + np.float32(2.0**-24)


def word(key: Key, stream: int, neuron: Int[Array, ""], index: Int[Array, ""]) -> Word:
    """Return the random word with this index: four in a row are the four of ``bits``, so that an engine draws once for four."""
    w0, w1, w2, w3 = bits(key, stream, neuron, index >> 2)
    odd, late = (index & 1) > 0, ((index >> 1) & 1) > 0
    return jnp.where(late, jnp.where(odd, w3, w2), jnp.where(odd, w1, w0))


def uniform(key: Key, stream: int, neuron: Int[Array, ""], index: Int[Array, ""]) -> Float[Array, ""]:
    """Return one uniform number in (0, 1), float32."""
    return unit(word(key, stream, neuron, index))


def normal(key: Key, stream: int, neuron: Int[Array, ""], index: Int[Array, ""]) -> Float[Array, ""]:
    """Return one standard normal number, float32, by Box and Muller's transform of two words.

    Two words give two numbers, radius times cosine and radius times sine, and the four of ``bits`` give four. The radius uses all 32 bits
    of its word, so numbers reach ±6.76 standard deviations.
    """
    w0, w1, w2, w3 = bits(key, stream, neuron, index >> 2)
    late = ((index >> 1) & 1) > 0
    radius = lax.sqrt(_minus_two_log(jnp.where(late, w2, w0)))
    quarter = jnp.where((index & 1) > 0, np.uint32(0xC0000000), np.uint32(0))  # sin x = cos(x - a quarter turn)
    return radius * _cos_turn(jnp.where(late, w3, w1) + quarter)


def _minus_two_log(word: Word) -> Float[Array, ""]:
    """Return -2 ln((word + 1/2) / 2³²) to 3 ulp; the float32 nearest to word + 1/2 serves as the argument."""
    x = word.astype(jnp.float32) + np.float32(0.5)
    pattern = lax.bitcast_convert_type(x, jnp.int32)
    shifted = pattern - np.int32(0x3F3504F3)  # so that the mantissa lies in [1/√2, √2)
    exponent = (shifted >> 23).astype(jnp.float32)
    mantissa = lax.bitcast_convert_type((shifted & 0x007FFFFF) + np.int32(0x3F3504F3), jnp.float32)
    # ln m = 2 artanh(s), s = (m - 1)/(m + 1), |s| < 0.1716
    s = (mantissa - 1.0) / (mantissa + 1.0)
    series = _polynomial(rounded(s * s), (2.0, 2.0 / 3.0, 2.0 / 5.0, 2.0 / 7.0, 2.0 / 9.0))
    ln2 = np.float32(0.69314718)
    log = rounded(s * series) + rounded((exponent - 32.0) * ln2)
    return jnp.maximum(-2.0 * log, np.float32(0.0))  # the largest words round up to 2³²


def _cos_turn(word: Word) -> Float[Array, ""]:
    """Return cos(2π word / 2³²) to within 4·2⁻²⁴, by Taylor series on the nearest half turn's inner quarter."""
    signed = lax.bitcast_convert_type(word, jnp.int32)  # angle in (-1/2, 1/2] turns
    distance = jnp.abs(signed.astype(jnp.float32)) * np.float32(2.0**-32)  # cosine is even
    x = rounded((np.float32(0.25) - distance) * np.float32(2.0 * np.pi))  # cos(2πd) = sin(π/2 - 2πd), |x| ≤ π/2
    square = rounded(x * x)
    return x * _polynomial(square, (1.0, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800))


def _polynomial(x: Float[Array, ""], coefficients: tuple[float, ...]) -> Float[Array, ""]:
    """Evaluate a polynomial, constant term first, with every product rounded on its own."""
    total = jnp.full_like(x, np.float32(coefficients[-1]))
    for coefficient in reversed(coefficients[:-1]):
        total = rounded(total * x) + np.float32(coefficient)
    return total
