from pathlib import Path

import pytest

from knowledge.errors import SettingsError
from knowledge.settings import LibrarySettings


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / "mentor.toml").write_text('home = "/from/file"\nembedding_model = "hash"\n')
    settings = LibrarySettings.load({"MENTOR_HOME": "/from/environment"}, tmp_path)
    assert settings.home == Path("/from/environment")
    assert settings.embedding_model == "hash"


def test_an_empty_value_is_no_value(tmp_path):
    settings = LibrarySettings.load({"MENTOR_EMBEDDING_MODEL": ""}, tmp_path)
    assert settings.embedding_model == "all-MiniLM-L6-v2"
    assert settings.home.name == "sounding-board"


def test_every_unknown_name_is_an_error_with_the_nearest_one(tmp_path):
    with pytest.raises(SettingsError) as caught:
        LibrarySettings.load({"MENTOR_HOEM": "x", "MENTOR_CHAT_MODLE": "y"}, tmp_path)
    message = str(caught.value)
    assert "Did you mean MENTOR_HOME?" in message and "unset MENTOR_HOEM" in message
    assert "Did you mean MENTOR_CHAT_MODEL?" in message


@pytest.mark.parametrize("content", [b"home = ", b"\xff\xfe"])
def test_a_settings_file_that_is_no_toml_is_one_plain_error(tmp_path, content):
    (tmp_path / "mentor.toml").write_bytes(content)
    with pytest.raises(SettingsError, match="is not TOML"):
        LibrarySettings.load({}, tmp_path)


def test_other_programs_variables_are_left_alone(tmp_path):
    assert LibrarySettings.load({"PATH": "/bin", "MENTORING": "1"}, tmp_path).chroma_url == ""


def test_all_files_of_the_index_are_in_its_home():
    settings = LibrarySettings(home=Path("/h"))
    assert settings.catalogue_path.parent == settings.chroma_path.parent == Path("/h")
    assert settings.encoder_path == Path("/h/encoder")
