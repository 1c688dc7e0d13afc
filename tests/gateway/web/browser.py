"""GraphiQL in a real browser: the steps that a person takes, each one a function, for any page that serves it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Route, async_playwright, expect

CHROMIUM = shutil.which("chromium")
NO_CHROMIUM = "chromium is not installed: apt-get install chromium"

# Without them a fresh profile talks to its maker, and root is refused.
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PATIENCE = 30_000  # milliseconds: a cold browser on a busy machine
LOOPBACK = {"127.0.0.1", "localhost"}
EDITOR = ".graphiql-query-editor .monaco-editor"
SUGGESTIONS = ".suggest-widget.visible .monaco-list-row"
TAB = ".graphiql-tab-button"

# GraphiQL learns an edit 100 ms late, names the operation by it and stores it in the same step: a step that ran the
# query sooner than a person can would name the operation before.
EDIT_IS_KNOWN = """
() => (localStorage.getItem('tributary:graphiql:query') ?? '') ===
  __MONACO.editor.getModels().find((model) => model.uri.path.endsWith('operation.graphql')).getValue()
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """An open page, and what it has done so far that it must not do."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    """URLs that it asked for beyond loopback; none of them was let through."""
    complaints: list[str] = field(default_factory=list)
    """What the browser reported: refusals of the content security policy, warnings, errors, uncaught exceptions."""


@asynccontextmanager
async def visit(url: str, color_scheme: Literal["light", "dark"] = "light") -> AsyncIterator[Visit]:
    """Open GraphiQL in a new profile and wait until its editor and its schema are there."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = await browser.new_context(color_scheme=color_scheme, viewport={"width": 1440, "height": 900})
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        seen = Visit(await context.new_page())
        await _watch(context, seen)
        await seen.page.goto(url)
        await expect(seen.page.locator(EDITOR)).to_be_visible()
        await expect(seen.page.locator(".graphiql-sidebar button[disabled]")).to_have_count(0)
        yield seen
        await browser.close()


async def _watch(context: BrowserContext, seen: Visit) -> None:
    async def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname in LOOPBACK:
            await route.continue_()
        else:
            seen.foreign.append(route.request.url)
            await route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} or "Content Security Policy" in message.text:
            seen.complaints.append(message.text)

    await context.route("**/*", guard)
    seen.page.on("console", listen)
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))


async def tab_titles(seen: Visit) -> list[str]:
    """The titles of the tabs, left to right."""
    return await seen.page.locator(TAB).all_inner_texts()


async def open_tab(seen: Visit, title: str | None = None) -> None:
    """Show the tab with this title, or an empty new one."""
    tab = seen.page.get_by_role("button", name="New tab") if title is None else seen.page.locator(TAB, has_text=title)
    if await tab.get_attribute("aria-selected") != "true":
        await tab.click()
        await seen.page.wait_for_function(EDIT_IS_KNOWN)


async def write(seen: Visit, text: str) -> None:
    """Type at the end of the query editor, as a person would: brackets close by themselves."""
    await seen.page.locator(EDITOR).click()
    await seen.page.keyboard.press("Control+End")
    await seen.page.keyboard.type(text, delay=20)
    await seen.page.wait_for_function(EDIT_IS_KNOWN)


async def complete(seen: Visit, name: str) -> None:
    """Take the suggestion of this name from the list that the editor shows."""
    row = seen.page.locator(SUGGESTIONS).filter(has=seen.page.get_by_text(name, exact=True)).first
    await expect(row).to_be_visible()
    await row.click()
    await seen.page.wait_for_function(EDIT_IS_KNOWN)


async def write_headers(seen: Visit, headers: str) -> None:
    """Type request headers, a JSON object without its closing brace."""
    await seen.page.locator(".graphiql-editor-tools").get_by_role("button", name="Headers", exact=True).click()
    await seen.page.locator(".graphiql-editor-tool .graphiql-editor:not(.hidden) .monaco-editor").click()
    await seen.page.keyboard.type(headers, delay=20)


async def query(seen: Visit) -> str:
    """What the query editor shows, with plain spaces."""
    return await _text(seen, ".graphiql-query-editor .view-lines")


async def run(seen: Visit) -> str:
    """Press the play button; what the answer's editor shows once the server has answered, with plain spaces."""
    await seen.page.keyboard.press("Escape")  # a list of suggestions may lie over the button
    async with seen.page.expect_response(lambda response: response.request.method == "POST"):
        await seen.page.locator(".graphiql-execute-button").click()
    await expect(seen.page.locator(".graphiql-response .graphiql-spinner")).to_have_count(0)
    await expect(seen.page.locator(".graphiql-response .view-lines")).to_contain_text("{")
    return await _text(seen, ".graphiql-response .view-lines")


async def subscribe(seen: Visit, first: str) -> str:
    """Press the play button; what the answer's editor shows once `first` has been told, with plain spaces."""
    await seen.page.keyboard.press("Escape")
    await seen.page.locator(".graphiql-execute-button").click()
    await expect(seen.page.locator(".graphiql-response .view-lines")).to_contain_text(first)
    return await _text(seen, ".graphiql-response .view-lines")


async def unsubscribe(seen: Visit) -> None:
    """Press the button again, and wait until it would begin anew."""
    await seen.page.get_by_role("button", name="Stop query").click()
    await expect(seen.page.get_by_role("button", name="Execute query")).to_be_visible()


async def screenshot(seen: Visit, path: Path) -> None:
    """Save what is in view, as a PNG of 1440 by 900."""
    await seen.page.mouse.move(0, 0)
    await seen.page.screenshot(path=path)


async def _text(seen: Visit, selector: str) -> str:
    return (await seen.page.locator(selector).inner_text()).replace("\N{NO-BREAK SPACE}", " ")
