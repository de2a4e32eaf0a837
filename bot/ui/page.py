# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportPrivateImportUsage=false
"""The page's layout, and the thin callbacks that join it to `talk`, `render` and `source`.

Gradio is imported here, so only `server.serve` may import this module: it takes seconds.

Gradio's types are loose, so its members count as unknown; what is Parley's own is still
checked here.

What articles say is shown by `gr.HTML` and never by a Markdown component: Markdown loads
remote images. The template stays Gradio's `${value}`, which inserts a value as it is;
`{{value}}` would run `${…}` in an article as JavaScript.
"""

from collections.abc import Iterator
from importlib import resources
from typing import Any

import fastapi
import gradio as gr
from gradio import themes

from bot.ui import render, source, talk
from bot.ui.guard import Application
from bot.ui.service import Service
from bot.ui.talk import Turns

MAX_UPLOAD = "20mb"
STYLES = ("page.css", "conversation.css", "source.css")

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def asset(name: str) -> str:
    """Return the text of a file in `assets/`."""
    return (resources.files("bot.ui") / "assets" / name).read_text("utf-8")


def application(service: Service) -> Application:
    """Return the page over `service` as an ASGI application."""
    return gr.mount_gradio_app(
        fastapi.FastAPI(openapi_url=None),
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
    with gr.Blocks(title="Parley", analytics_enabled=False, fill_width=True) as page:
        header = _html("p-header", render.header(service.overview()))
        _ask_view(service, page, header)
        _source_panel(service)
    page.queue(api_open=False, max_size=64, default_concurrency_limit=8)
    return page


def _html(name: str, value: str, script: str | None = None) -> gr.HTML:
    js = None if script is None else asset(script)
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=js)


def _ask_view(service: Service, page: gr.Blocks, header: gr.HTML) -> None:
    turns = gr.State(())
    welcome = render.conversation((), service.overview())
    conversation = _html("p-conversation", welcome, "conversation.js")
    with gr.Row(elem_id="p-asking"):
        box = gr.Textbox(
            label="Your question",
            show_label=False,
            placeholder="Ask about the articles",
            container=False,
            lines=1,
            max_lines=8,
            max_length=talk.MAX_QUESTION,
            elem_id="p-box",
            html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
        )
        send = gr.Button("Ask", variant="primary", elem_id="p-send")
        halt = gr.Button("Stop", elem_id="p-stop")

    def show(held: Turns) -> tuple[str, Turns]:
        return render.conversation(held, service.overview()), held

    def loaded(held: Turns) -> tuple[str, str]:
        return render.header(service.overview()), show(held)[0]

    def typed(question: str, held: Turns) -> Iterator[tuple[Any, ...]]:
        # The box is emptied once: later snapshots must leave alone what is typed meanwhile.
        emptied: Any = ""
        for grown in talk.ask(service, held, question):
            yield emptied, *show(grown)
            emptied = gr.skip()

    def clicked(held: Turns, event: gr.EventData) -> Iterator[tuple[str, Turns]]:
        for grown in talk.ask(service, held, str(event.question)):
            yield show(grown)

    def stopped(held: Turns) -> tuple[str, Turns]:
        return show(talk.stop(held))

    runs: list[Any] = [
        gr.on([box.submit, send.click], typed, [box, turns], [box, conversation, turns], **_QUIET),
        conversation.ask(clicked, turns, [conversation, turns], **_QUIET),
    ]
    halt.click(stopped, turns, [conversation, turns], cancels=runs, **_QUIET)
    # What was laid out when the page was served may be out of date by now.
    page.load(loaded, turns, [header, conversation], queue=False, **_QUIET)


def _source_panel(service: Service) -> None:
    panel = _html("p-source", source.closed(), "source.js")

    def opened(event: gr.EventData) -> str:
        return source.open_source(service, event.link)

    # Unqueued: opening a source must not wait behind answers that are being written.
    panel.cite(opened, None, panel, queue=False, **_QUIET)
