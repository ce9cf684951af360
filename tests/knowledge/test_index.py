import shutil
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from knowledge.catalogue import Catalogue
from knowledge.document import GUIDANCE
from knowledge.errors import IndexDamagedError, IndexLockedError, StoreError
from knowledge.index import DenseIndex
from knowledge.ownership import own
from knowledge.settings import LibrarySettings
from knowledge.sync import index_rows, is_sound, sync

ENCODER = "hash-512"
WORDS = ["ask early", "thank a colleague", "refuse a task", "hand over a project"]


def _ids(count: int) -> list[str]:
    return [f"chunk:{n:04}" for n in range(count)]


def _rows(count: int, dimensions: int = 32) -> np.ndarray:
    rows = np.random.default_rng(7).normal(size=(count, dimensions)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _sync(settings: LibrarySettings) -> bool:
    with closing(Catalogue(settings.catalogue_path)) as catalogue:
        return sync(catalogue, settings, ENCODER)


def _assert_whole(settings: LibrarySettings) -> None:
    """Every vector of the catalogue is in Chroma and finds itself; nothing else is there."""
    with closing(Catalogue(settings.catalogue_path)) as catalogue:
        ids, rows = index_rows(catalogue, GUIDANCE, ENCODER)
        assert catalogue.get("dirty") == "0"
    with closing(DenseIndex(settings, GUIDANCE)) as index:
        assert index.ids() == set(ids)
        assert index.count() == len(ids) > 0
        assert index.find_lost(ids, rows) == []


def _segments(settings: LibrarySettings) -> list[Path]:
    return [path for path in settings.chroma_path.iterdir() if path.is_dir()]


def test_scores_are_cosines_best_first(settings, encoder):
    rows = encoder.embed_documents(WORDS)
    with closing(DenseIndex(settings, "notes")) as index:
        index.add(_ids(4), rows)
        query = encoder.embed_query("ask a colleague")
        hits = index.search(query, 4)
    assert hits[0].id == "chunk:0001"
    assert [hit.score for hit in hits] == pytest.approx(
        sorted(rows @ query, reverse=True), abs=1e-5
    )


def test_adding_again_replaces_and_removing_the_unknown_is_harmless(settings):
    with closing(DenseIndex(settings, "notes")) as index:
        index.add(_ids(10), _rows(10))
        index.add(_ids(10), _rows(10))
        index.remove(["chunk:0003", "chunk:none"])
        assert index.count() == 9
        assert index.ids() == set(_ids(10)) - {"chunk:0003"}


def test_an_empty_index_finds_nothing(settings):
    with closing(DenseIndex(settings, "notes")) as index:
        assert index.count() == 0 and index.ids() == set()
        assert index.search(_rows(1)[0], 5) == []
        assert is_sound([], np.zeros((0, 1), dtype=np.float32), index)


def test_collections_do_not_see_each_other(settings):
    with closing(DenseIndex(settings, "one")) as one, closing(DenseIndex(settings, "two")) as two:
        one.add(_ids(3), _rows(3))
        assert one.count() == 3 and two.count() == 0


def test_more_vectors_than_one_batch_takes_are_all_kept(settings):
    with closing(DenseIndex(settings, "notes")) as index:
        count = int(index._client.get_max_batch_size()) + 10
        index.add(_ids(count), _rows(count))
        assert index.count() == count
        assert is_sound(_ids(count), _rows(count), index)


def test_a_count_that_differs_is_unsound(settings):
    with closing(DenseIndex(settings, "notes")) as index:
        index.add(_ids(30), _rows(30))
        assert is_sound(_ids(30), _rows(30), index)
        assert not is_sound(_ids(31), _rows(31), index)


def test_canaries_notice_vectors_that_belong_to_something_else(settings):
    with closing(DenseIndex(settings, "notes")) as index:
        index.add(_ids(30), _rows(60)[30:])
        assert not is_sound(_ids(30), _rows(60)[:30], index)


def test_a_sound_index_is_left_alone(ingested):
    before = _segments(ingested)
    assert not _sync(ingested)
    assert _segments(ingested) == before
    _assert_whole(ingested)


@pytest.mark.parametrize("harm", ["files deleted", "files cut in half", "folders deleted"])
def test_lost_hnsw_files_are_rebuilt_from_the_catalogue(ingested, harm):
    with closing(DenseIndex(ingested, GUIDANCE)) as index:
        # Chroma writes its HNSW files only when a thousand vectors have come together.
        index.add(_ids(1500), _rows(1500, 512))
        index.remove(_ids(1500))
    files = [file for folder in _segments(ingested) for file in folder.iterdir()]
    assert files
    for file in files:
        if harm == "files cut in half":
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        else:
            file.unlink()
    if harm == "folders deleted":
        for folder in _segments(ingested):
            folder.rmdir()
    _sync(ingested)
    _assert_whole(ingested)


@pytest.mark.parametrize("harm", ["cut", "garbage", "gone", "folder gone"])
def test_a_lost_chroma_database_is_rebuilt_from_the_catalogue(ingested, harm):
    path = ingested.chroma_path / "chroma.sqlite3"
    if harm == "folder gone":
        shutil.rmtree(ingested.chroma_path)
    elif harm == "gone":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if harm == "cut" else b"garbage" * 99)
    _sync(ingested)
    _assert_whole(ingested)


def test_vectors_of_another_size_are_replaced(ingested):
    with closing(DenseIndex(ingested, GUIDANCE)) as index:
        ids = sorted(index.ids())
        index.rebuild(ids, np.resize(_rows(50), (len(ids), 32)))
    assert _sync(ingested)
    _assert_whole(ingested)


def test_vectors_nobody_knows_are_removed_and_missing_ones_added(ingested, encoder):
    with closing(DenseIndex(ingested, GUIDANCE)) as index:
        kept = sorted(index.ids())
        index.remove(kept[:5])
        index.add(["chunk:stranger"], encoder.embed_documents(["stranger"]))
    assert not _sync(ingested)
    _assert_whole(ingested)


def test_a_rebuild_leaves_no_old_segment_behind(settings):
    with closing(DenseIndex(settings, "notes")) as index:
        for _ in range(3):
            index.rebuild(_ids(1200), _rows(1200))
    assert len(_segments(settings)) == 1


def test_files_of_others_in_the_folder_are_not_swept(settings):
    with closing(DenseIndex(settings, "notes")) as index:
        (settings.chroma_path / "backup").mkdir()
        index.rebuild(_ids(5), _rows(5))
    assert (settings.chroma_path / "backup").is_dir()


def test_a_second_process_is_refused_at_once_and_told_what_to_do(settings):
    code = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from knowledge.errors import IndexLockedError\n"
        "from knowledge.ownership import own\n"
        "from knowledge.settings import LibrarySettings\n"
        "started = time.perf_counter()\n"
        "try:\n"
        "    with own(LibrarySettings(home=Path(sys.argv[1]))):\n"
        "        print('owned')\n"
        "except IndexLockedError as error:\n"
        "    print(time.perf_counter() - started < 2, error)\n"
    )

    def run() -> str:
        command = [sys.executable, "-c", code, str(settings.home)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    with own(settings):
        refused = run()
    assert refused.startswith("True Another process (process ")
    assert "chroma run --path" in refused and "MENTOR_CHROMA_URL" in refused
    assert run() == "owned\n"


def test_an_owner_that_failed_lets_go(settings):
    with pytest.raises(ZeroDivisionError), own(settings):
        _ = 1 / 0
    with own(settings), pytest.raises(IndexLockedError), own(settings):
        pass


def test_a_home_that_cannot_be_written_is_one_plain_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(IndexDamagedError, match=r"cannot be written.*MENTOR_HOME"),
        own(LibrarySettings(home=tmp_path / "file" / "home")),
    ):
        pass


def test_a_chroma_server_that_does_not_answer_names_the_setting(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = LibrarySettings(home=tmp_path, chroma_url=url)
    with pytest.raises(StoreError) as caught:
        DenseIndex(settings, GUIDANCE)
    assert f"MENTOR_CHROMA_URL={url!r}" in str(caught.value)
    assert "chroma run" in str(caught.value)


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "nonsense", "http://", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_not_taken_for_the_local_server(tmp_path, url):
    with pytest.raises(StoreError, match="no address such as http"):
        DenseIndex(LibrarySettings(home=tmp_path, chroma_url=url), GUIDANCE)
