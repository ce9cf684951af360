"""Which of the library's own questions are kept back from training, to judge search by them.

One in eight, told by the question itself: a guide that is written tomorrow moves none of the others
from one side to the other. They stand in the index like all others, and are left out of their own
search when they are asked.
"""

import hashlib

ONE_IN = 8


def is_kept_back(question: str) -> bool:
    """Tell whether a guide's own question is never trained on."""
    digest = hashlib.blake2b(question.strip().encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") % ONE_IN == 0
