"""The filter for what the assistant writes: Markdown in, harmless HTML out.

Raw HTML is shown as text, images are dropped, and a link survives only where it leads to one of
our own pages or to a work of the bibliography; any other becomes its words. Markers ``[1]`` become
small links to their source. The same filter serves text that is still being written: `settled`
holds back a construct that is not finished, so that nothing half-read is ever shown.
"""

import re
from collections.abc import Collection
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import escape

_OWN_PAGE = re.compile(r"/(?:guide/[a-z0-9-]+|library(?:\?[\w=&%-]*)?)?(?:#[\w-]+)?\Z")
_MARKER = re.compile(r"\[(\d{1,2})\]")
_OPEN_END = re.compile(
    r"""(?:
        !                                  # may become an image
      | !?\[[^\]\n]*                       # words of a link or an image, not closed
      | !?\[[^\]\n]*\]\([^)\n]*            # its address, not closed
      | <[^>\n]*                           # a tag or an address in angle brackets
      | \*{1,2}|`{1,3}|_                   # a mark of emphasis that opens or closes
    )\Z""",
    re.VERBOSE,
)


@cache
def _parser() -> MarkdownIt:
    """Return the CommonMark parser without raw HTML and without link definitions."""
    return MarkdownIt("commonmark", {"html": False}).disable(
        ["reference", "html_inline", "html_block"]
    )


def settled(text: str) -> str:
    """Return the part of a growing text that no later character can turn into something else."""
    while match := _OPEN_END.search(text):
        text = text[: match.start()]
    return text


def is_allowed(url: str, sources: Collection[str]) -> bool:
    """Tell whether a link may stay: one of our own pages, or a catalogued work over the web."""
    if _OWN_PAGE.match(url):
        return url != ""
    return url in sources and url.startswith(("https://", "http://"))


def render(
    text: str, *, anchor: str = "", markers: Collection[int] = (), sources: Collection[str] = ()
) -> str:
    """Return the HTML of a bot text.

    ``markers`` are the numbers that have a source; each becomes a link to ``#s-{anchor}-{n}``.
    Other numbers in brackets stay as they are. ``sources`` are the web addresses links may have.
    """
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2", "h3"} else "h4"
        if token.type == "inline":
            token.children = _filter_inline(token.children or [], anchor, markers, sources)
    return str(_parser().renderer.render(tokens, _parser().options, {}))


def _filter_inline(
    children: list[Token], anchor: str, markers: Collection[int], sources: Collection[str]
) -> list[Token]:
    kept: list[Token] = []
    dropped_links = 0
    for child in children:
        if child.type == "image":
            continue
        if child.type == "link_open":
            if not is_allowed(str(child.attrGet("href") or ""), sources):
                dropped_links += 1
                continue
            child.attrSet("rel", "noreferrer noopener")
            if not str(child.attrGet("href")).startswith("#"):
                child.attrSet("target", "_blank")
        elif child.type == "link_close" and dropped_links:
            # Links do not nest in CommonMark, so the next close belongs to the dropped open.
            dropped_links -= 1
            continue
        if child.type == "text":
            kept += _split_markers(child, anchor, markers)
        else:
            kept.append(child)
    return kept


def _split_markers(token: Token, anchor: str, markers: Collection[int]) -> list[Token]:
    """Cut a text token at its markers; the markers become HTML of our own making."""
    parts: list[Token] = []
    for position, part in enumerate(_MARKER.split(token.content)):
        if position % 2 == 0:
            content, kind = part, "text"
        elif int(part) in markers:
            content, kind = _marker_html(int(part), anchor), "html_inline"
        else:
            content, kind = f"[{part}]", "text"
        if content:
            parts.append(Token(kind, "", 0, content=content))
    return parts


def _marker_html(number: int, anchor: str) -> str:
    if not anchor:
        return f'<sup class="marker pending">{number}</sup>'
    target = escape(f"s-{anchor}-{number}")
    return f'<a class="marker" href="#{target}" aria-label="Source {number}">{number}</a>'
