from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from gateway.web import graphiql

PAGE = '<!doctype html><title>Tributary</title><script type="module" src="/graphiql/assets/index-a1b2c3.js"></script>'


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the build's."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "index-a1b2c3.js").write_text("export {};")
    monkeypatch.setattr(graphiql, "DIST", folder)
    return folder


@pytest.fixture
def nothing_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphiql, "DIST", tmp_path / "absent")


def page(_: Request) -> Response:
    return graphiql.graphiql_page()


def client() -> httpx.AsyncClient:
    app = Starlette(routes=[Route("/graphql", page), Mount("/graphiql", graphiql.assets())])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://tributary.test")


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (directive.split() for directive in policy.split(";"))}


@pytest.mark.usefixtures("dist")
async def test_the_page_is_the_built_one_and_is_asked_for_again_each_time() -> None:
    answer = await client().get("/graphql")
    assert answer.text == PAGE
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.usefixtures("dist")
async def test_the_policy_allows_our_own_origin_and_no_inline_script() -> None:
    allowed = directives((await client().get("/graphql")).headers["content-security-policy"])
    assert allowed.pop("style-src") == ["'self'", "'unsafe-inline'"]
    assert allowed["script-src"] == allowed["worker-src"] == allowed["connect-src"] == ["'self'"]
    assert allowed["default-src"] == allowed["frame-ancestors"] == allowed["form-action"] == ["'none'"]
    assert {value for values in allowed.values() for value in values} == {"'none'", "'self'", "data:"}


@pytest.mark.usefixtures("dist")
@pytest.mark.parametrize("path", ["/graphql", "/graphiql/assets/index-a1b2c3.js", "/graphiql/index.html"])
async def test_whatever_is_served_carries_the_policy_and_is_not_sniffed(path: str) -> None:
    headers = (await client().get(path)).headers
    assert {name: headers[name] for name in graphiql.SECURITY} == graphiql.SECURITY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.usefixtures("dist")
async def test_a_file_named_by_its_content_is_kept_for_a_year() -> None:
    answer = await client().get("/graphiql/assets/index-a1b2c3.js")
    assert answer.text == "export {};"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.usefixtures("dist")
async def test_a_file_with_a_lasting_name_is_revalidated() -> None:
    first = await client().get("/graphiql/favicon.svg")
    assert first.headers["cache-control"] == "no-cache"
    again = await client().get("/graphiql/favicon.svg", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_a_file_outside_the_build_is_not_found(dist: Path) -> None:
    (dist.parent / "secret.txt").write_text("secret")
    assert (await client().get("/graphiql/%2e%2e/secret.txt")).status_code == 404
    assert (await client().get("/graphiql/assets/other.js")).status_code == 404


@pytest.mark.usefixtures("nothing_built")
async def test_a_page_that_is_not_built_says_how_to_build_it() -> None:
    answer = await client().get("/graphql")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert graphiql.HOW_TO_BUILD in answer.text
    assert "make web" in graphiql.HOW_TO_BUILD
    assert "\n" not in graphiql.HOW_TO_BUILD


@pytest.mark.usefixtures("nothing_built")
async def test_files_that_are_not_built_are_not_found() -> None:
    answer = await client().get("/graphiql/assets/index-a1b2c3.js")
    assert (answer.status_code, answer.text) == (404, graphiql.HOW_TO_BUILD)
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_build_counts_from_the_next_request_on(dist: Path) -> None:
    page = dist / "index.html"
    page.unlink()
    assert not graphiql.is_built()
    browser = client()
    assert (await browser.get("/graphiql/favicon.svg")).status_code == 404
    page.write_text(PAGE)
    assert graphiql.is_built()
    assert (await browser.get("/graphiql/favicon.svg")).status_code == 200
