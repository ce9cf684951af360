"""The app: one FastAPI with the Gradio page at ``/``, plain pages beside it, and JSON."""

import ipaddress
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from knowledge.errors import SettingsError

if TYPE_CHECKING:
    from assistant.build import Assistant
    from assistant.settings import AssistantSettings

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 7860
QUEUE_SIZE = 64


def build_app(assistant: "Assistant", *, chat_model: str = "", shared: bool = False) -> FastAPI:
    """Return the app over an assistant; its index is built behind the open page.

    ``chat_model`` is named on the page as the place questions go to; ``shared`` says that the page
    is open to other machines.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    from assistant.web.api import build_api
    from assistant.web.error import install_errors
    from assistant.web.limit import Limits
    from assistant.web.page import HEAD, build_page
    from assistant.web.security import SecurityHeaders
    from assistant.web.site import install_site
    from assistant.web.template import STATIC
    from assistant.web.theme import build_theme

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        assistant.start_building()
        yield
        await assistant.aclose()

    app = FastAPI(title="Sounding Board", docs_url=None, redoc_url=None, lifespan=lifespan)
    install_errors(app)
    app.include_router(build_api(assistant))
    install_site(app, assistant)
    app.add_middleware(Limits)
    app.add_middleware(SecurityHeaders)
    page = build_page(assistant, privacy_line(chat_model, shared=shared))
    page.queue(max_size=QUEUE_SIZE, default_concurrency_limit=QUEUE_SIZE)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        footer_links=[],
        favicon_path=str(STATIC / "icon.svg"),
        theme=build_theme(),
        head=HEAD,
    )
    return app


def privacy_line(chat_model: str, *, shared: bool = False) -> str:
    """Return where questions go, in one line."""
    place = "the computer that serves this page" if shared else "this computer"
    if not chat_model:
        return f"Stays on {place}. Nothing is sent anywhere."
    return (
        f"Conversations are kept on {place}. To word an answer, your question and the passages "
        f"found are sent to {chat_model}."
    )


def run(settings: "AssistantSettings", host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> None:
    """Serve until interrupted; listen at once, and build the index behind the open page.

    Raises:
        SettingsError: when the port is in use or cannot be opened, with the command for another.
    """
    with listen(host, port) as listener:
        import uvicorn

        from assistant.build import build_assistant

        sys.stderr.write(f"Sounding Board is at {_address(host, port)} (stop with Ctrl+C)\n")
        assistant = build_assistant(settings)
        app = build_app(assistant, chat_model=settings.chat_model, shared=not is_loopback(host))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that accepts connections already.

    Raises:
        SettingsError: when the port is in use or cannot be opened.
    """
    if not 0 <= port <= 65535:
        raise SettingsError(
            f"Port {port} does not exist. Take another one: mentor serve --port {DEFAULT_PORT}"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        other = port + 1 if 1024 <= port < 65535 else DEFAULT_PORT + 1
        raise SettingsError(
            f"Port {port} on {host} cannot be opened: {_reason(error)}. "
            f"Take another one: mentor serve --port {other}"
        ) from error
    return listener


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reason(error: OSError) -> str:
    import errno

    if error.errno == errno.EADDRINUSE:
        return "it is in use"
    if error.errno == errno.EACCES:
        return "the system does not allow it"
    return error.strerror or str(error)


def _address(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
