"""``lesson serve``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.options import guarded, shared_records_option, site_options
from site_builder.commands.shared import INTERRUPTED, lesson_argument
from site_builder.pipeline.model import Options
from site_builder.serving.hosts import LOOPBACK, is_loopback
from site_builder.serving.server import Binding


@click.command("serve")
@lesson_argument
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port; if it is taken, the next free one.")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on; with any other, other machines reach the preview.")
@click.option("--allow-host", "allowed", multiple=True, help="A further name under which the preview answers, such as that of a proxy.")
@click.option("--open/--no-open", "browser", default=True, show_default=True, help="Open the preview in a browser.")
@click.option("--run", is_flag=True, help="Run cells again as soon as they changed.")
@site_options
@shared_records_option
@guarded
def command(
    console: Console, path: Path, port: int, host: str, allowed: tuple[str, ...], browser: bool, run: bool, options: Options
) -> None:  # fmt: skip
    """Show the lesson in a browser; its pages follow the files as they are saved. Nothing is published."""
    from site_builder.operations.serve import Serving, serve

    def opened(binding: Binding) -> None:
        if binding.port != port:
            console.tell(f"port {port} is taken")
        console.result(f"preview at {binding.address} (Ctrl-C ends it)")
        if browser and has_display():
            import webbrowser

            webbrowser.open(binding.address)

    if not is_loopback(host):
        console.tell(f"warning: other machines that reach {host} can read the preview and run its cells again")
    try:
        serve(path, options, Serving(Binding(host, port, allowed), run), console.tell, console.problems, opened)
    except KeyboardInterrupt:
        console.tell("the preview has ended")
        sys.exit(INTERRUPTED)


def has_display() -> bool:
    """Tell whether a browser that opens can be seen: in a remote shell it would take the terminal."""
    if sys.platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in os.environ
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
