"""Settings of the assistant: how to answer, and with what."""

from pathlib import Path

from pydantic import Field

from knowledge.settings import LibrarySettings, RoomSettings, default_home


class AssistantSettings(RoomSettings):
    """Everything the assistant reads; the library's settings are a part of it."""

    home: Path = Field(default_factory=default_home)
    """Folder of the index, the exported encoder and the memory."""
    embedding_model: str = LibrarySettings.model_fields["embedding_model"].default
    """A path or name for sentence-transformers; default the packaged all-MiniLM-L6-v2."""
    chroma_url: str = ""
    """URL of a `chroma run` server; empty means embedded in ``home``."""
    chat_model: str = ""
    """`provider:model` for LangChain's `init_chat_model`; empty means answers without a model."""
    contacts: Path | None = None
    """A YAML file of the organisation's own contacts."""

    @property
    def library(self) -> LibrarySettings:
        """Return the part the library reads."""
        return LibrarySettings(
            home=self.home, embedding_model=self.embedding_model, chroma_url=self.chroma_url
        )

    @property
    def memory_path(self) -> Path:
        """Return the SQLite file of conversations."""
        return self.home / "memory.sqlite"
