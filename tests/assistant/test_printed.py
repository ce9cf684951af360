"""A reply on a terminal."""

from assistant.conversation import Contact, Profile, Reply
from assistant.printed import print_reply


def test_brackets_in_anybodys_words_are_printed_and_not_read_as_style(capsys):
    reply = Reply(
        id="r",
        thread="t",
        kind="refer",
        text="Talk to somebody today [1].",
        profile=Profile(),
        contacts=(Contact(name="Amina [deputy]", how="extension [410]", when="[weekdays]"),),
        nearest=("Saying no [twice]",),
        follow_ups=("And [if] not?",),
        notice="The model said [/bold].",
    )
    print_reply(reply)
    printed = capsys.readouterr().out
    for words in ("[1]", "Amina [deputy]", "extension [410]", "[weekdays]", "no [twice]", "[if]"):
        assert words in printed
    assert "[/bold]" in printed
