"""Everything that can go wrong on purpose, as one tree.

    MentorError                 shown to people without a traceback
    ├─ SettingsError            a setting, its value, what was expected
    ├─ GuidanceError            problems of guides or sources, each as ``path:line: message``
    ├─ MissingDependencyError   an optional package; names the command that installs it
    ├─ StoreError
    │  ├─ IndexMissingError     nothing has been ingested yet
    │  ├─ IndexMismatchError    made with another encoder than the settings name
    │  ├─ IndexLockedError      another process owns the index
    │  └─ IndexDamagedError     the files cannot be read
    ├─ EncoderError             the weights are missing, changed or unreadable
    ├─ ConversionError          a file that cannot be turned into text
    ├─ QuestionError            a question that cannot be asked: empty, too long, not text
    ├─ ChatModelError
    │  ├─ ChatModelConfigError  no such provider, or no key
    │  └─ ChatModelCallError    refused, timed out, or broke off
    └─ DatasetError             an evaluation file that does not parse

A message has three parts: what happened, the value, and the next command to type.
Errors of libraries are translated once, in the adapter that met them; only the edges catch.
"""


class MentorError(Exception):
    """Anything raised on purpose; its text is shown to people as it is."""


class SettingsError(MentorError):
    """Raised when a setting is unknown or its value cannot be used."""


class GuidanceError(MentorError):
    """Raised when guides or sources have problems; the text lists every one of them."""


class MissingDependencyError(MentorError):
    """Raised when an optional package is needed and absent."""


class StoreError(MentorError):
    """Raised when the index cannot be used."""


class IndexMissingError(StoreError):
    """Raised when nothing has been ingested yet."""


class IndexMismatchError(StoreError):
    """Raised when the index was made with another encoder than the settings name."""


class IndexLockedError(StoreError):
    """Raised when another process owns the index."""


class IndexDamagedError(StoreError):
    """Raised when the files of the index cannot be read or written."""


class EncoderError(MentorError):
    """Raised when the weights are missing, changed or unreadable."""


class ConversionError(MentorError):
    """Raised when a file cannot be turned into text."""


class QuestionError(MentorError):
    """Raised when a question cannot be asked: empty, too long, or not text."""


class ChatModelError(MentorError):
    """Raised when the chat model cannot be used."""


class ChatModelConfigError(ChatModelError):
    """Raised when the provider is unknown, not installed, or has no key."""


class ChatModelCallError(ChatModelError):
    """Raised when the provider refused, timed out or broke off."""


class DatasetError(MentorError):
    """Raised when an evaluation file does not parse."""
