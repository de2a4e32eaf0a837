# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportPrivateImportUsage=false
"""The page as a Gradio application: one HTML component, its scripts, and what they may call.

Gradio is imported here, so only `server.serve` may import this module: it takes seconds.

Gradio's types are loose, so its members count as unknown; what is Parley's own is still
checked here.

The component's template stays Gradio's `${value}`, which inserts a value as it is;
`{{value}}` would run `${…}` in an article as JavaScript. After the first rendering the
scripts put markup into the page themselves, all of it escaped by `markup.text`.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

import fastapi
import gradio as gr
from fastapi.responses import FileResponse
from gradio import themes
from gradio.utils import get_upload_folder

from bot.service import Service
from bot.ui import briefing_shelf, frame, pictures, shelf
from bot.ui.briefing_calls import BriefingCalls
from bot.ui.calls import Given, Result
from bot.ui.conversation_calls import ConversationCalls
from bot.ui.guard import Application
from bot.ui.library_calls import LibraryCalls
from vectorstore.errors import ParleyError

MAX_UPLOAD = "100mb"
STYLES = (
    *("page.css", "side.css", "welcome.css", "conversation.css", "asking.css", "source.css"),
    *("library.css", "dialog.css", "briefing.css", "tables.css", "narrow.css"),
)
SCRIPTS = (
    *("calls.js", "address.js", "side.js", "conversation.js", "scope.js", "source.js"),
    *("library.js", "intake.js", "pictures.js", "briefing.js", "briefings.js", "start.js"),
)

# Uploads that were never taken in are deleted after an hour; seconds.
_ABANDONED = (3600, 3600)
# Its name holds the version.
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
# Callbacks at once; more would only make one another slower.
_AT_ONCE = 16

_logger = logging.getLogger(__name__)


def asset(name: str) -> str:
    """Return the text of a file in `assets/`."""
    return (resources.files("bot.ui") / "assets" / name).read_text("utf-8")


def application(service: Service) -> Application:
    """Return the page over `service` as an ASGI application."""
    around = fastapi.FastAPI(openapi_url=None)
    name, script = pictures.script()
    around.add_api_route(f"/{name}", lambda: FileResponse(script, headers=_FOR_EVER))
    return gr.mount_gradio_app(
        around,
        build(service),
        path="/",
        app_kwargs={"openapi_url": None},
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=MAX_UPLOAD,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        theme=_theme(),
    )


def _theme() -> themes.Base:
    # System fonts only: any other kind would be fetched.
    names = ("system-ui", "Segoe UI", "Roboto", "sans-serif")
    mono = ("ui-monospace", "Consolas", "monospace")
    return themes.Base(
        font=[themes.Font(name) for name in names],
        font_mono=[themes.Font(name) for name in mono],
    )


def build(service: Service) -> gr.Blocks:
    """Lay out the page over `service`."""
    with gr.Blocks(
        title="Parley", analytics_enabled=False, fill_width=True, delete_cache=_ABANDONED
    ) as page:
        gr.HTML(
            frame.page(service.overview(), briefing_shelf.view(), shelf.view()),
            elem_id="p-page",
            apply_default_css=False,
            js_on_load="\n".join(map(asset, SCRIPTS)),
            server_functions=list(_callable(service)),
        )
    page.queue(api_open=False, max_size=64, default_concurrency_limit=_AT_ONCE)
    return page


def _callable(service: Service) -> Iterator[Callable[..., Any]]:
    """Yield the page's calls, each by its own name and with errors as messages."""
    for calls in (
        *(ConversationCalls(service), BriefingCalls(service)),
        LibraryCalls(service, _uploaded),
    ):
        for name, call in inspect.getmembers(calls, inspect.ismethod):
            if not name.startswith("_"):
                yield _told(name, call)


def _told(name: str, call: Callable[[Given], Any]) -> Callable[..., Any]:
    async def called(given: Any) -> Result:
        given = given if isinstance(given, Mapping) else {}
        try:
            if inspect.iscoroutinefunction(call):
                return await call(given)
            return await asyncio.to_thread(call, given)
        except ParleyError as error:
            return {"error": str(error)}
        except Exception as error:
            # A bug must be named as one and leave its traceback in the log, not on the page.
            _logger.exception("the page's call %s failed", name)
            kind = type(error).__name__
            return {"error": f"Parley itself failed ({kind}); its log says where."}

    # Without a prefix, names such as `undo` would hide the component's own events.
    called.__name__ = f"call_{name}"
    return called


def _uploaded(path: str) -> Path:
    """Return an upload's file; a path that leads anywhere else is refused."""
    with suppress(OSError, ValueError):
        found = Path(path).resolve()
        if found.is_relative_to(Path(get_upload_folder()).resolve()) and found.is_file():
            return found
    raise ParleyError("The upload is not here any more: choose the file again.")
