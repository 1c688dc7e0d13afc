"""Environment variables, read all at once: every misfit is named, and no value is ever shown."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ValidationError, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable. `default` is for readers; `fits` tells whether a value is well formed."""

    name: str
    about: str
    looks_like: str
    default: str = ""
    secret: bool = False
    fits: Fits


@dataclass(frozen=True, slots=True)
class Given:
    """What the environment and a file hold: `values` by name, the names of `misfits`, and the file's `others`."""

    values: Mapping[str, str]
    misfits: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(
        case_sensitive=True,
        env_file_encoding="utf-8",
        env_ignore_empty=True,  # `STRIPE_API_KEY=` in a compose file means: not given
        extra="allow",  # .env may serve other programs too, and a misspelt name is found among these
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )


def read(settings: Sequence[Setting], file: Path) -> Given:
    """Reads every setting: the environment goes before `file`, an empty value counts as none.

    Raises UnicodeDecodeError for a file that is not UTF-8, and OSError for one that cannot be read.
    """
    fields = {item.name: (Annotated[str, AfterValidator(_checked(item.fits))] | None, None) for item in settings}
    model = create_model("Environment", __base__=_Environment, **fields)  # type: ignore[call-overload]  # names are data
    try:
        environment: BaseSettings = model(_env_file=file)
    except ValidationError as errors:
        misfits = {str(error["loc"][0]) for error in errors.errors(include_input=False, include_url=False)}
        rest = read([item for item in settings if item.name not in misfits], file)
        return Given(rest.values, frozenset(misfits), rest.others - misfits)
    values = environment.model_dump(exclude_none=True, include={item.name for item in settings})
    return Given(values, others=frozenset(environment.model_extra or ()))


def matching(pattern: str) -> Fits:
    """The whole value matches a regular expression."""
    return re.compile(pattern).fullmatch  # type: ignore[return-value]  # a match is as good as True


def number(least: float, most: float) -> Fits:
    """A number within bounds, both included."""

    def fits(text: str) -> bool:
        try:
            return least <= float(text) <= most
        except ValueError:
            return False

    return fits


def whole_number(least: int, most: int) -> Fits:
    """A whole number within bounds, both included, in decimal digits."""
    return lambda text: text.isascii() and text.isdecimal() and least <= int(text) <= most


def web_address(text: str) -> bool:
    """http(s)://host[:port][/path], and nothing else: no user, no password, no query."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    plain = not parts.query and not parts.fragment and parts.username is None and text.isprintable() and " " not in text
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and plain


def _checked(fits: Fits) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not fits(text):
            raise ValueError
        return text

    return check
