"""Settings of the library: where the index is and what it is made with.

Every room has its own settings class; all of them read `MENTOR_*` variables and the same names
without the prefix in `mentor.toml`. The environment wins. An unknown name is an error.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import SettingsError

PREFIX = "MENTOR_"
SETTINGS_FILE = "mentor.toml"
DEFAULT_EMBEDDING_MODEL = "all-MiniLM-L6-v2"

# Every name any room reads, so that a typing slip is found whichever room looks first.
KNOWN_NAMES = (
    "HOME",
    "CHAT_MODEL",
    "EMBEDDING_MODEL",
    "CHROMA_URL",
    "CONTACTS",
)


def default_home() -> Path:
    """Return the platform's folder for this user's data."""
    from platformdirs import user_data_path

    return user_data_path("sounding-board", appauthor=False)


def read_values(
    environ: Mapping[str, str] | None = None, folder: Path | None = None
) -> dict[str, str]:
    """Collect settings from `mentor.toml` in ``folder`` and from the environment, which wins.

    Raises:
        SettingsError: for a file that is not TOML, and for every unknown name at once.
    """
    environ = os.environ if environ is None else environ
    values = _read_file((folder or Path.cwd()) / SETTINGS_FILE)
    values |= {
        name.removeprefix(PREFIX): value
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    problems = [_unknown_name(name) for name in sorted(values) if name not in KNOWN_NAMES]
    if problems:
        raise SettingsError("\n".join(problems))
    return {name: value for name, value in values.items() if value}


def _read_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}. Mend it, or move it away.") from error
    return {name.upper(): str(value) for name, value in table.items()}


def _unknown_name(name: str) -> str:
    near = difflib.get_close_matches(name, KNOWN_NAMES, n=1, cutoff=0.0)[0]
    return (
        f"There is no setting {PREFIX}{name!s}. Did you mean {PREFIX}{near}? "
        f"Unset it with: unset {PREFIX}{name}"
    )


class RoomSettings(BaseModel):
    """What the settings of the rooms have in common: frozen, and nothing unknown inside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Self:
        """Read the fields of this class from the environment and `mentor.toml`.

        Raises:
            SettingsError: naming each bad value and what was expected.
        """
        values = read_values(environ, folder)
        fields = {name: values[name.upper()] for name in cls.model_fields if name.upper() in values}
        try:
            return cls.model_validate(fields)
        except ValidationError as error:
            raise SettingsError(
                "\n".join(
                    f"{PREFIX}{str(problem['loc'][0]).upper()}={problem['input']!r}: {problem['msg']}"
                    for problem in error.errors()
                )
            ) from error


class LibrarySettings(RoomSettings):
    """Where the index is, and the encoder it is made with."""

    home: Path = Field(default_factory=default_home)
    """Folder of the index, the exported encoder and the memory."""
    embedding_model: str = DEFAULT_EMBEDDING_MODEL
    """A path or name for sentence-transformers; `hash` needs no weights; default as packaged."""
    chroma_url: str = ""
    """URL of a `chroma run` server; empty means embedded in ``home``."""

    @property
    def catalogue_path(self) -> Path:
        """Return the SQLite file that holds the truth."""
        return self.home / "catalogue.sqlite"

    @property
    def chroma_path(self) -> Path:
        """Return the folder of the embedded Chroma."""
        return self.home / "chroma"

    @property
    def encoder_path(self) -> Path:
        """Return the folder of the exported encoder."""
        return self.home / "encoder"
