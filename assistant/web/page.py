"""The main page: who you are, the conversation, topics for the next one, and the box to ask in."""

from typing import TYPE_CHECKING

import gradio as gr  # noqa: TID253 - only `build_app` imports this module
from markupsafe import escape

from assistant.web.chat import Chat
from assistant.web.page_event import PageEvents
from assistant.web.topic_panel import MINUTES
from knowledge.vocabulary import Stage

if TYPE_CHECKING:
    from assistant.build import Assistant

# Fixed, so that what a browser keeps can still be read after a restart.
BROWSER_KEY = "sounding-board"
TAGLINE = "Ask about mentoring and working life. Every sentence comes from a guide you can open."
# The first line of each is drawn large, the second small: three doors, and plain radios underneath.
DOORS = [
    ("Mentee\nI want to move on, and use a mentor well.", "mentee"),
    ("Mentor\nI help somebody, or I am about to.", "mentor"),
    ("Leader\nI prepare a conversation, or build a culture.", "leader"),
]
STAGES = [*((stage.label, stage.value) for stage in Stage), ("Not sure", "any")]
HEAD = (
    '<link rel="icon" href="/site/icon.svg" type="image/svg+xml">'
    '<meta name="color-scheme" content="light dark">'
    '<link rel="stylesheet" href="/site/style.css"><link rel="stylesheet" href="/site/chat.css">'
    '<link rel="stylesheet" href="/site/talk.css"><link rel="stylesheet" href="/site/panel.css">'
    '<script src="/site/page.js"></script>'
)
# Buttons inside our HTML name the event they cause; their data goes with it.
_BUTTONS = """element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-event]');
  if (button) trigger(button.dataset.event, {...button.dataset});
});"""
_HEADER = f"""<a class="skip" href="#question">Skip to the question box</a>
<header class="bar"><p class="name"><a href="/">Sounding Board</a></p>
<nav aria-label="Main"><a href="/library">Library</a></nav></header>
<p class="tagline">{TAGLINE}</p>"""


def build_page(assistant: "Assistant", privacy: str) -> gr.Blocks:
    """Return the page; ``privacy`` says in one line where questions go."""
    with gr.Blocks(title="Sounding Board", analytics_enabled=False) as page:
        events = PageEvents(assistant, Chat(assistant))
        events.thread = gr.BrowserState("", storage_key="sounding-board-thread", secret=BROWSER_KEY)
        events.chair = gr.BrowserState({}, storage_key="sounding-board-chair", secret=BROWSER_KEY)
        events.topics, events.chosen = gr.State([]), gr.State([])
        events.timer = gr.Timer(1.0)
        with gr.Row(elem_id="top"):
            gr.HTML(_HEADER, elem_id="head", scale=1, apply_default_css=False)
            events.fresh = gr.Button("New conversation", elem_id="fresh", size="sm", scale=0)
        events.progress = gr.HTML("", elem_id="progress", apply_default_css=False)
        _build_doors(events)
        events.log = gr.HTML("", elem_id="log", js_on_load=_BUTTONS, apply_default_css=False)
        events.live = gr.HTML("", elem_id="live", js_on_load=_BUTTONS, apply_default_css=False)
        _build_topics(events)
        events.forget = gr.Button("Forget this conversation", elem_id="forget", size="sm")
        _build_composer(events, privacy)
        events.connect(page)
    return page


def _build_doors(events: PageEvents) -> None:
    with gr.Column(elem_id="who"):
        events.audience = gr.Radio(DOORS, label="Who is asking?", elem_id="doors")
        events.stage = gr.Radio(
            STAGES,
            value="any",
            label="Career stage of the person being mentored",
            elem_id="stages",
        )


def _build_topics(events: PageEvents) -> None:
    with gr.Accordion("Topics for your next conversation", open=True, elem_id="topics") as fold:
        events.fold = fold
        with gr.Row(elem_id="goal-row"):
            events.goal = gr.Textbox(
                label="What is it for? (if you like)",
                placeholder="For example: get ready for my first review",
                elem_id="goal",
                lines=1,
                max_lines=1,
                scale=1,
            )
            events.suggest = gr.Button("Suggest topics", elem_id="suggest", scale=0)
        events.cards = gr.HTML("", elem_id="cards", js_on_load=_BUTTONS, apply_default_css=False)
        with gr.Column(visible=False, elem_id="plan") as plan:
            events.plan = plan
            events.minutes = gr.Radio(
                [(f"{minutes} minutes", minutes) for minutes in MINUTES],
                value=30,
                label="How long is the meeting?",
                elem_id="minutes",
            )
            events.agenda = gr.HTML(
                "", elem_id="agenda", js_on_load=_BUTTONS, apply_default_css=False
            )


def _build_composer(events: PageEvents, privacy: str) -> None:
    with gr.Column(elem_id="composer"):
        with gr.Row(elem_id="ask-row"):
            events.box = gr.Textbox(
                label="Your question",
                placeholder="What is on your mind?",
                elem_id="question",
                show_label=False,
                container=False,
                lines=1,
                max_lines=7,
                scale=1,
            )
            events.send = gr.Button("Ask", variant="primary", elem_id="send", scale=0)
        gr.HTML(
            f'<p class="privacy">{escape(privacy)}</p>',
            elem_id="privacy",
            apply_default_css=False,
        )
