import asyncio
import sqlite3

import pytest

from assistant.conversation import Profile, Question, Reply
from assistant.memory import Memory, Turn
from knowledge.errors import StoreError

PRIVATE = "zanzibar-kumquat"


@pytest.fixture
def memory(tmp_path):
    made = Memory(tmp_path / "deep" / "memory.sqlite")
    yield made
    made.close()


def turn(text, thread="t", **kept):
    reply = Reply(id="1", thread=thread, kind="answer", text=f"About {text}", profile=Profile())
    return Turn(Question(text=text, thread=thread), reply, **kept)


def bytes_of(memory):
    return b"".join(path.read_bytes() for path in sorted(memory.path.parent.iterdir()))


async def test_a_conversation_survives_reopening(memory):
    turns = [turn("one", subject="one", guide="a-guide"), turn("two", subject="one")]
    for made in turns:
        await memory.add("t", made)
    memory.close()
    again = Memory(memory.path)
    assert await again.turns("t") == turns
    again.close()


async def test_turns_come_back_in_their_order_and_by_thread(memory):
    for number in range(12):
        await memory.add(f"t{number % 2}", turn(str(number), f"t{number % 2}"))
    assert [t.question.text for t in await memory.turns("t1")] == ["1", "3", "5", "7", "9", "11"]
    assert len(await memory.turns("t0")) == 6
    assert await memory.turns("t2") == []
    assert await memory.turns("") == []


async def test_looking_makes_no_file(memory):
    assert await memory.turns("t") == []
    assert not memory.path.parent.exists()


async def test_turns_that_are_added_at_once_are_all_kept(memory):
    await asyncio.gather(*(memory.add("t", turn(str(number))) for number in range(20)))
    kept = await memory.turns("t")
    assert sorted(int(t.question.text) for t in kept) == list(range(20))


async def test_what_is_forgotten_leaves_no_trace_in_the_file(memory):
    for number in range(50):
        await memory.add("t", turn(f"{PRIVATE} {number} " + "x" * 500))
        await memory.add("u", turn(f"kept {number}", "u"))
    assert PRIVATE.encode() in bytes_of(memory)
    await memory.forget("t")
    assert PRIVATE.encode() not in bytes_of(memory)
    assert await memory.turns("t") == []
    assert len(await memory.turns("u")) == 50


async def test_forgetting_what_is_not_there_is_no_error(memory):
    await memory.forget("nobody")
    assert await memory.turns("nobody") == []


@pytest.mark.parametrize(
    "content", [b"this is no database at all " * 50, b"SQLite format 3\0" * 99]
)
async def test_a_damaged_file_is_reported_and_left_as_it_is(memory, content):
    memory.path.parent.mkdir()
    memory.path.write_bytes(content)
    for attempt in (memory.turns("t"), memory.add("t", turn("x")), memory.forget("t")):
        with pytest.raises(StoreError, match=r"memory\.sqlite cannot be used.*left as it is"):
            await attempt
    assert memory.path.read_bytes() == content


async def test_a_row_that_was_cut_in_half_is_reported(memory):
    await memory.add("t", turn("one"))
    memory.close()
    with sqlite3.connect(memory.path) as db:
        db.execute("UPDATE turn SET reply = substr(reply, 1, 20)")
    db.close()
    with pytest.raises(StoreError, match=r"memory\.sqlite"):
        await memory.turns("t")


async def test_a_folder_that_cannot_be_made_is_reported(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match=r"memory\.sqlite cannot be used.*MENTOR_HOME"):
        await Memory(tmp_path / "file" / "memory.sqlite").add("t", turn("x"))
