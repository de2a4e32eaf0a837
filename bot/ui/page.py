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

from bot.service import MAX_QUESTION, Service
from bot.ui import render, source
from bot.ui.guard import Application
from bot.ui.talk import Talk

MAX_UPLOAD = "20mb"
STYLES = ("page.css", "welcome.css", "conversation.css", "source.css")

# Without "multiple", the front end drops an event while an earlier one is under way: a
# second citation clicked quickly would never open.
_EVENT: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "trigger_mode": "multiple",
}


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
        _overview(service, page)
        _ask_view(service)
        _source_panel(service)
    page.queue(api_open=False, max_size=64, default_concurrency_limit=8)
    return page


def _overview(service: Service, page: gr.Blocks) -> None:
    def laid_out() -> tuple[str, str]:
        overview = service.overview()
        return render.header(overview), render.welcome(overview)

    now = laid_out()
    shown = [_html("p-header", now[0]), _html("p-welcome", now[1])]
    # What stood there when Parley started may be out of date when the page is opened. This
    # must not touch the conversation, since it may arrive after the first answer.
    page.load(laid_out, None, shown, queue=False, **_EVENT)


def _html(name: str, value: str, script: str | None = None) -> gr.HTML:
    js = None if script is None else asset(script)
    return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=js)


def _ask_view(service: Service) -> None:
    held = gr.State(Talk())
    conversation = _html("p-conversation", render.conversation(()), "conversation.js")
    with gr.Row(elem_id="p-asking"):
        box = gr.Textbox(
            label="Your question",
            show_label=False,
            placeholder="Ask about the articles",
            container=False,
            lines=1,
            max_lines=8,
            max_length=MAX_QUESTION,
            elem_id="p-box",
            html_attributes=gr.InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
        )
        send = gr.Button("Ask", variant="primary", elem_id="p-send")
        halt = gr.Button("Stop", elem_id="p-stop")

    def typed(question: str, talk: Talk) -> Iterator[tuple[Any, str]]:
        # The box is emptied once: later snapshots must leave alone what is typed meanwhile.
        emptied: Any = ""
        for turns in talk.ask(service, question):
            yield emptied, render.conversation(turns)
            emptied = gr.skip()

    def clicked(talk: Talk, event: gr.EventData) -> Iterator[str]:
        yield from map(render.conversation, talk.ask(service, str(event.question)))

    def stopped(talk: Talk) -> str:
        return render.conversation(talk.stop())

    gr.on([box.submit, send.click], typed, [box, held], [box, conversation], **_EVENT)
    conversation.ask(clicked, held, conversation, **_EVENT)
    # Not by Gradio's `cancels`: it waits up to a minute for a generator that waits for a
    # model, and holds up everybody's answers meanwhile.
    halt.click(stopped, held, conversation, queue=False, **_EVENT)


def _source_panel(service: Service) -> None:
    panel = _html("p-source", source.closed(), "source.js")

    def opened(event: gr.EventData) -> str:
        return source.open_source(service, event.link)

    # Unqueued: opening a source must not wait behind answers that are being written.
    panel.cite(opened, None, panel, queue=False, **_EVENT)
