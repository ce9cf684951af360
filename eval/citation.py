"""Faults of citations: what a reader could not check. Pure; zero is the only good number."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from assistant.conversation import Citation, Reply
from eval.prose import fold, plain, sentences_of
from knowledge.chunk import Chunk

_MARKER = re.compile(r"\[(\d+)\]")
MIN_WORDS = 5
"""Sentences shorter than this may stand twice ("Ask why.")."""


def find_faults(reply: Reply, chunks: Mapping[str, Chunk]) -> list[str]:
    """Return every fault of a reply's citations, each as a sentence."""
    return [
        *marker_faults(reply),
        *(
            fault
            for citation in reply.citations
            for fault in _quote_faults(citation, reply, chunks)
        ),
        *(["a decline carries a citation"] if reply.kind == "decline" and reply.citations else []),
    ]


def marker_faults(reply: Reply) -> Iterator[str]:
    """Yield what is wrong between a reply's markers and its citations."""
    shown = {int(number) for number in _MARKER.findall(reply.text)}
    known = Counter(citation.marker for citation in reply.citations)
    for marker in sorted(shown - set(known)):
        yield f"marker [{marker}] resolves to nothing"
    for marker in sorted(set(known) - shown):
        yield f"citation [{marker}] has no marker in the text"
    for marker, count in sorted(known.items()):
        if count > 1:
            yield f"marker [{marker}] stands for {count} citations"


def _quote_faults(citation: Citation, reply: Reply, chunks: Mapping[str, Chunk]) -> Iterator[str]:
    if citation.origin != "library":
        return
    chunk = chunks.get(citation.chunk)
    if chunk is None:
        yield f"[{citation.marker}] names chunk {citation.chunk!r}, which is not in the index"
        return
    if chunk.document != citation.guide:
        yield f"[{citation.marker}] names guide {citation.guide!r}; its chunk is of {chunk.document!r}"
    if not citation.quote.strip() or citation.quote not in chunk.text:
        yield f"[{citation.marker}] is not word for word in its chunk: {citation.quote[:60]!r}"
    if reply.engine == "extractive" and fold(citation.quote) not in fold(plain(reply.text)):
        yield f"[{citation.marker}] quotes words the reply does not hold: {citation.quote[:60]!r}"


def find_repeats(text: str) -> list[str]:
    """Return the sentences that stand more than once in a reply."""
    sentences = [fold(s) for s in sentences_of(text) if len(s.split()) >= MIN_WORDS]
    return [sentence for sentence, count in Counter(sentences).items() if count > 1]
