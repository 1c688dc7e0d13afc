import os
import pwd

import pytest

from gateway.developer import developer


def test_it_is_the_user_of_the_process() -> None:
    name = pwd.getpwuid(os.getuid()).pw_name
    assert (developer().id, developer().name, developer().roles) == (f"developer:{name}", name, ("developer",))


def test_a_user_without_a_name_goes_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 3)
    assert developer().id == f"developer:{2**31 - 3}"
