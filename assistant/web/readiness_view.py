"""How far the library is, in words and as a line on the page."""

from typing import TYPE_CHECKING

from markupsafe import escape

if TYPE_CHECKING:
    from assistant.readiness import Readiness


def progress_words(readiness: "Readiness") -> str:
    """Return one sentence about the build."""
    if readiness.state == "failed":
        return (
            readiness.message
            or "The library could not be prepared. Look for the cause with: mentor doctor"
        )
    step = readiness.step or "starting"
    if readiness.total:
        return f"Getting the library ready: {step}, {readiness.done:,} of {readiness.total:,}."
    return f"Getting the library ready: {step}…"


def render_progress(readiness: "Readiness") -> str:
    """Return the line under the header; empty once the library is ready."""
    if readiness.state == "ready":
        return ""
    words = escape(progress_words(readiness))
    if readiness.state == "failed":
        return f'<div class="progress failed" role="alert"><p>{words}</p></div>'
    share = f' value="{readiness.done}" max="{readiness.total}"' if readiness.total else ""
    return (
        f'<div class="progress"><p>{words} '
        "This happens once; you can already type your question.</p>"
        f'<progress{share} aria-label="Getting the library ready"></progress></div>'
    )
