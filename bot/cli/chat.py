"""`parley chat`: the page in a browser."""

from contextlib import closing

import click

from bot.cli.common import item_progress, notice, progress


@click.command(epilog="\b\nExamples:\n  parley chat\n  parley chat --port 8080 --no-samples")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-samples", is_flag=True, help="Leave the bundled sample articles out.")
def chat(host: str, port: int, no_samples: bool) -> None:
    """Open the page: ask, and see every sentence's source.

    The first run adds a few sample articles; `parley articles remove --samples` takes
    them out again.
    """
    from bot.app import SEEDS, open_owner
    from bot.settings import load
    from bot.ui.server import check_port, serve
    from vectorstore.documents import Filter
    from vectorstore.readers import count_files

    check_port(host, port)
    with open_owner(load(), "chat", notice, Filter(samples=not no_samples)) as parley:
        if not no_samples:
            with progress("Adding sample articles", count_files([str(SEEDS)])) as advance:
                parley.add_samples(item_progress(advance))
        with closing(parley.service()) as service:
            serve(
                service, host=host, port=port, on_ready=lambda url: notice(f"the page is at {url}")
            )
