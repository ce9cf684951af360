"""Write the vectors that ship with the guides, from the index of this machine.

mentor ingest && python -m ingest.pack
"""

from contextlib import closing

from knowledge.catalogue import Catalogue
from knowledge.document import GUIDANCE
from knowledge.encoder import Vectors
from knowledge.settings import LibrarySettings
from knowledge.shipped_vectors import VECTORS_FILE, round_vectors, save_shipped_vectors

AT_ONCE = 10_000
"""Texts asked of SQLite in one statement; it takes some thirty thousand."""


def main() -> None:
    """Round the vectors of every text of the guides and write them."""
    with closing(Catalogue(LibrarySettings.load().catalogue_path, read_only=True)) as catalogue:
        encoder = str(catalogue.get("encoder"))
        texts = [chunk.embedded_text for chunk in catalogue.chunks(GUIDANCE)]
        texts += [question.text for question in catalogue.questions(GUIDANCE)]
        texts += catalogue.item_texts(GUIDANCE)
        vectors: dict[str, Vectors] = {}
        for start in range(0, len(texts), AT_ONCE):
            vectors |= catalogue.vectors.find(texts[start : start + AT_ONCE], encoder)
    save_shipped_vectors(round_vectors(vectors, encoder))
    print(f"wrote {len(vectors)} vectors, {VECTORS_FILE.stat().st_size // 1_000_000} MB")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
