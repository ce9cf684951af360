"""Prompts: one file a task, with named variables and a hash that evaluations carry."""

import hashlib
from pathlib import Path
from string import Template

FOLDER = Path(__file__).parent


def load_prompt(name: str) -> Template:
    """Return the prompt of a task."""
    return Template((FOLDER / f"{name}.md").read_text(encoding="utf-8"))


def fill_prompt(name: str, **values: str) -> str:
    """Return a prompt with its variables filled; a missing one raises `KeyError`."""
    return load_prompt(name).substitute(values)


def hash_prompt(name: str) -> str:
    """Return the version of a prompt: eight hexadecimal digits of its content."""
    text = (FOLDER / f"{name}.md").read_bytes()
    return hashlib.blake2b(text, digest_size=4).hexdigest()
