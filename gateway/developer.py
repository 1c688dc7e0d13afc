"""Who calls in `dev`: the person at this machine."""

import os
import pwd

from schema.principal import Principal


def developer() -> Principal:
    """By the name of the user in whose name the process runs; by its number where it has no name, as in a container."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    return Principal(id=f"developer:{name}", name=name, roles=("developer",))
