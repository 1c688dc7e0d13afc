"""Ids that look like a vendor's and still tell which number they stand for, so that nothing needs to be remembered."""

import string
from dataclasses import dataclass
from functools import cache
from math import gcd

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
BASE32 = "234567abcdefghijklmnopqrstuvwxyz"
BASE36 = string.digits + string.ascii_uppercase
DIGITS = string.digits
HEX = "0123456789abcdef"
_STRIDE = 0x9E3779B97F4A7C15F39CC0605CEDC835  # the golden ratio in 128 bits: neighbours land far apart


@dataclass(frozen=True, slots=True)
class Code:
    """A reversible spelling of numbers: `prefix`, then `length` characters of `alphabet`."""

    prefix: str
    alphabet: str
    length: int

    def encode(self, number: int) -> str:
        """The id of `number` (0 ≤ number < len(alphabet) ** length - 1)."""
        rest = (number + 1) * self._stride % self._size  # 0 would be all zeros
        letters = []
        for _ in range(self.length):
            rest, place = divmod(rest, len(self.alphabet))
            letters.append(self.alphabet[place])
        return self.prefix + "".join(reversed(letters))

    def decode(self, code: str) -> int | None:
        """The number behind an id; None where it is not spelled like one."""
        letters = code.removeprefix(self.prefix)
        if not code.startswith(self.prefix) or len(letters) != self.length or not set(letters) <= set(self.alphabet):
            return None
        scrambled = 0
        for letter in letters:
            scrambled = scrambled * len(self.alphabet) + self.alphabet.index(letter)
        return (scrambled * pow(self._stride, -1, self._size) - 1) % self._size

    @property
    def _size(self) -> int:
        return _scramble(len(self.alphabet), self.length)[0]

    @property
    def _stride(self) -> int:
        return _scramble(len(self.alphabet), self.length)[1]


@cache
def _scramble(letters: int, length: int) -> tuple[int, int]:
    """How many numbers so many places hold, and the stride that scatters them: worked out once for each kind of id."""
    size = int(letters**length)
    return size, coprime(_STRIDE % size, size)


def coprime(near: int, to: int) -> int:
    """The first number from `near` on that shares no factor with `to`, so that multiples of it meet every remainder."""
    while gcd(near, to) != 1:
        near += 1
    return near
