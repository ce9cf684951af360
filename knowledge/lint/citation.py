"""What is cited stands in the bibliography, and the front matter lists just that."""

from knowledge.guide import Guide
from knowledge.library import Library
from knowledge.lint.check import GuideFindings


def check_citations(guide: Guide, library: Library) -> GuideFindings:
    """Find works that are cited and unknown, cited and not listed, or listed and not cited."""
    cited: set[str] = set()
    for item in guide.items:
        cited |= set(item.sources)
        for source in item.sources:
            if source not in library.sources:
                yield item.line, f"cites {source!r}, which is not in the bibliography"
    for source in sorted(cited - set(guide.sources)):
        yield "sources", f"cites {source!r}, which 'sources' does not list"
    for source in sorted(set(guide.sources) - cited):
        yield "sources", f"lists {source!r}, which nothing cites"
