"""Which language a message is in, as far as it matters: English or not."""

import re

COMMON_WORDS = frozenset(
    """
    the a an i my me we you your he she they it is are am was be to of in on for and or but not
    do does did have has how what why when who where can could should would will with about at
    from as if this that so our their her his him im ive dont no any more get been by just
    """.split()  # noqa: SIM905 - a list of this length reads better as a text
)
"""Words that hardly any English sentence goes without."""
_FREQUENT = COMMON_WORDS | frozenset(
    """
    like feel feeling feels since every after before because never always still even only very too
    really now then than there here some much many want need know think help said say says tell told
    work working job boss manager mentor mentee team year years month months week weeks today
    out up down over again always going make made got went new old good bad normal which
    """.split()  # noqa: SIM905 - as above
)
"""The same, and others that are frequent and mean nothing in the languages around."""


def is_english(text: str) -> bool:
    """Tell whether a text could be English: the library is, and holds nothing else.

    Short texts pass; longer ones need Latin letters and at least some of the words no English
    sentence goes without.
    """
    letters = [character for character in text if character.isalpha()]
    if letters and sum(character > "ɏ" for character in letters) > 0.3 * len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", text.lower().replace("'", "").replace("’", ""))
    if len(words) < 5:
        return True
    return sum(word in _FREQUENT for word in words) >= 0.12 * len(words)
