"""The retriever that everything here is fitted with: the packaged encoder over the built index."""

from assistant.retriever import Retriever
from assistant.settings import AssistantSettings
from knowledge.catalogue import Catalogue
from knowledge.encoder import load_encoder
from knowledge.errors import EncoderError
from knowledge.onnx_encoder import OnnxEncoder


def open_packaged() -> tuple[Retriever, OnnxEncoder]:
    """Open it with the settings of this machine.

    Raises:
        EncoderError: when another encoder is configured.
    """
    settings = AssistantSettings.load().library
    encoder = load_encoder(settings)
    if not isinstance(encoder, OnnxEncoder):
        raise EncoderError(
            "What ships is fitted with the packaged encoder: unset MENTOR_EMBEDDING_MODEL"
        )
    return Retriever(lambda: Catalogue(settings.catalogue_path), encoder), encoder
