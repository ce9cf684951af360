"""Phrasings: further ways in which people put what a guide answers, for finding it.

A guide's own questions are few and told as people would tell them; a stranger's plain words are
often others. Phrasings are vectors of their own beside the questions and are never shown.
"""

from pathlib import Path

import yaml

from knowledge.errors import GuidanceError

PHRASINGS_FILE = Path(__file__).parent / "phrasings.yaml"


def load_phrasings(path: Path = PHRASINGS_FILE) -> dict[str, tuple[str, ...]]:
    """Return the phrasings of each guide by its slug; none where there is no file.

    Raises:
        GuidanceError: when the file is not a mapping of slugs to lists of texts.
    """
    if not path.is_file():
        return {}
    try:
        record = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        return {slug: tuple(str(text) for text in texts) for slug, texts in record.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise GuidanceError(f"{path}:1: the phrasings cannot be read: {error!s:.120}") from error
