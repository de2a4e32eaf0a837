import contextlib
from email.message import EmailMessage

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from tests.documents import NORLAND, SHIPS, given, mail
from vectorstore.errors import ReadError
from vectorstore.readers import mail as reader
from vectorstore.readers.mail_forwarded import iso_date
from vectorstore.readers.raw import Input, Raw

STORY = f"{NORLAND}\n\n{SHIPS}"
# As a mail program wraps it.
WRAPPED = """\
Delegations from Norland and Sudmark met in the port of Vell on Tuesday for
the first talks since the blockade began. The Norland delegation was led by
Trade Minister Ana Kestrel.

Kestrel said that 22 ships were still waiting outside the harbour and that
every day of delay cost both countries dearly. The next round is planned for
20 May in Brenn.
"""
PAGE = f"<html><body><p>{NORLAND}</p><p>{SHIPS}</p></body></html>"


def read(message: EmailMessage | bytes) -> Raw:
    content = message if isinstance(message, bytes) else message.as_bytes()
    (raw,) = reader.read(given(content, "talks.eml"))
    return raw


def parts(message: EmailMessage | bytes) -> list[Input | ReadError]:
    content = message if isinstance(message, bytes) else message.as_bytes()
    return list(reader.parts(given(content, "talks.eml")))


# What is known of it


def test_a_newsletter_has_its_title_day_and_outlet() -> None:
    raw = read(
        mail(
            WRAPPED,
            Subject="Fwd: RE: Härbour talks open",
            Date="Tue, 06 May 2031 08:12:00 +0300",
            From='"Vell Courier" <news@vell.example>',
            List_Unsubscribe="<https://vell.example/leave>",
        )
    )

    assert raw.metadata == {
        "title": "Härbour talks open",
        "published": "2031-05-06T08:12:00+03:00",
        "publisher": "Vell Courier",
    }
    assert raw.published_from == "mail header"
    assert raw.text == STORY


def test_a_person_who_sends_an_article_is_its_author_not_its_outlet() -> None:
    assert read(mail(WRAPPED, From="Mira Sol <mira@vell.example>")).metadata == {
        "title": "Harbour talks open",
        "author": "Mira Sol",
    }
    assert "author" not in read(mail(WRAPPED, From="mira@vell.example")).metadata


def test_a_header_that_hides_another_is_one_line() -> None:
    content = b"Subject: =?utf-8?q?Talks=0D=0AFrom:_Nobody?=\n\n" + WRAPPED.encode()

    assert read(content).metadata == {"title": "Talks From: Nobody"}


def test_a_header_in_plain_utf_8_is_read() -> None:
    content = "Subject: Переговоры в гавани\n\nДелегации прибыли в Велль.\n".encode()

    assert read(content).metadata == {"title": "Переговоры в гавани"}


def test_a_day_that_is_none_is_left_for_the_reader_to_mend() -> None:
    raw = read(b"Subject: Talks\nDate: next Tuesday\n\n" + WRAPPED.encode())

    assert raw.metadata["published"] == "next Tuesday"


# Its text


def test_the_plain_form_of_a_mail_is_read() -> None:
    assert read(mail(WRAPPED, PAGE.replace("22", "23"))).text == STORY


@pytest.mark.parametrize(
    "stub",
    [
        "View this email in your browser: https://vell.example/talks",
        "Your mail program does not support HTML. Read it online at https://vell.example/talks",
        "https://vell.example/talks",
    ],
)
def test_the_html_form_is_read_where_the_plain_one_only_says_so(stub: str) -> None:
    assert read(mail(stub, PAGE)).text.split() == STORY.split()


def test_a_mail_that_is_laid_out_with_tables_is_read_as_paragraphs() -> None:
    page = (
        "<html><body><table><tr><td><table>"
        f"<tr><td>{NORLAND}</td></tr><tr><td>{SHIPS}</td></tr>"
        "</table></td></tr></table></body></html>"
    )

    assert read(mail("See HTML.", page)).text.split("\n") == [NORLAND, SHIPS]


def test_lines_that_say_that_they_flow_are_joined() -> None:
    flowed = "Delegations met in \nVell.\n\nThe treaty \nis signed.\n"
    message = mail(flowed)
    message.set_param("format", "flowed")

    assert read(message).text == "Delegations met in Vell.\n\nThe treaty is signed."


@pytest.mark.parametrize(
    ("charset", "encoding", "notes"),
    [
        ("windows-1251", "cp1251", 0),
        ("koi8-r", "koi8-r", 0),
        ("us-ascii", "utf-8", 0),
        ("x-unknown-1", "utf-8", 1),
        ("base64", "utf-8", 1),
        ("utf-16", "utf-8", 0),
        ("koi8-r", "utf-8", 0),
    ],
)
def test_a_text_is_decoded_or_it_is_said_what_could_not_be(
    charset: str, encoding: str, notes: int
) -> None:
    text = "Делегации прибыли в Велль во вторник."
    header = f"Subject: Talks\nContent-Type: text/plain; charset={charset}\n\n"

    raw = read(header.encode() + text.encode(encoding))

    assert len(raw.notes) == notes
    assert raw.text == text


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_a_text_is_read_however_it_was_sent(encoding: str) -> None:
    message = EmailMessage()
    message["Subject"] = "Talks"
    message.set_content(f"{NORLAND} “Für den Hafen”, she said.\n", cte=encoding)

    assert read(message).text == f"{NORLAND} “Für den Hafen”, she said."


# Mails that were passed on

GMAIL = """\
For your file.

---------- Forwarded message ---------
From: Vell Courier <newsletter@vell.example>
Date: Tue, 6 May 2031 at 08:12
Subject: Harbour talks open
To: <ana@norland.example>

"""
APPLE = """\
Begin forwarded message:

> From: Mira Sol <mira@vell.example>
> Subject: Re: Harbour talks open
> Date: May 6, 2031 at 8:12:00 PM GMT+2
> To: Ana <ana@norland.example>
>
"""
OUTLOOK = """\
Ana,
please see this.

________________________________
Von: Mira Sol <mira@vell.example>
Gesendet: 06.05.2031 08:12
An: Ana
Betreff: Harbour talks open

"""


@pytest.mark.parametrize(
    ("above", "mark", "sender", "day"),
    [
        (GMAIL, "", {"publisher": "Vell Courier"}, "2031-05-06T08:12:00"),
        (APPLE, "> ", {"author": "Mira Sol"}, "2031-05-06T20:12:00"),
        (OUTLOOK, "", {"author": "Mira Sol"}, "2031-05-06T08:12:00"),
    ],
)
def test_of_a_mail_that_was_passed_on_the_inner_story_is_the_article(
    above: str, mark: str, sender: dict[str, str], day: str
) -> None:
    quoted = "".join(f"{mark}{line}\n" for line in WRAPPED.splitlines())

    raw = read(
        mail(
            above + quoted,
            Subject="FW: Harbour",
            From="Ana <ana@norland.example>",
            Date="Wed, 07 May 2031 10:00:00 +0000",
        )
    )

    assert raw.metadata == {"title": "Harbour talks open", "published": day, **sender}
    assert raw.text == STORY
    assert raw.notes == ("it passes on another mail, which is the article",)


def test_a_mail_that_was_passed_on_as_a_page_is_read_too() -> None:
    page = (
        "<html><body><p>For your file.</p><div><p><b>From:</b> Mira Sol &lt;m@vell.example&gt;<br>"
        "<b>Sent:</b> Tuesday, May 6, 2031 8:12 AM<br><b>To:</b> Ana<br>"
        f"<b>Subject:</b> Harbour talks open</p></div><p>{NORLAND}</p><p>{SHIPS}</p></body></html>"
    )
    message = EmailMessage()
    message["Subject"] = "FW: Harbour"
    message.set_content(page, subtype="html")

    raw = read(message)

    assert raw.metadata == {
        "title": "Harbour talks open",
        "published": "2031-05-06T08:12:00",
        "author": "Mira Sol",
    }
    assert raw.text.split("\n") == [NORLAND, SHIPS]


def test_of_mails_passed_on_again_and_again_the_innermost_is_the_article() -> None:
    outer = GMAIL.replace("Harbour talks open", "Fwd: Harbour talks open")

    raw = read(mail(outer + GMAIL + WRAPPED, Subject="Fwd: Fwd: Harbour"))

    assert raw.metadata["title"] == "Harbour talks open"
    assert raw.text == STORY


@pytest.mark.parametrize(
    "above",
    [
        pytest.param("The minister wrote:\n\n", id="nothing divides them"),
        pytest.param(f"{STORY}\n\n{STORY}\n\n-----Original Message-----\n", id="a long answer"),
    ],
)
def test_an_article_that_quotes_a_mail_is_the_article(above: str) -> None:
    quoting = f"{above}From: Ana\nTo: Mira\nSubject: Talks\n\nWe agree.\n"

    raw = read(mail(quoting, Subject="The minister's mail"))

    assert raw.metadata["title"] == "The minister's mail"
    assert raw.text.startswith(above[:20])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Tuesday, May 6, 2031 8:12 AM", "2031-05-06T08:12:00"),
        ("Tuesday, 6 May 2031 12:05 am", "2031-05-06T00:05:00"),
        ("6 May 2031", "2031-05-06"),
        ("Tue, 6 May 2031 08:12:00 +0300", "2031-05-06T08:12:00+03:00"),
        ("2031-05-06 08:12", "2031-05-06T08:12:00"),
        ("05/06/2031 08:12", None),
        ("31 February 2031", None),
        ("soon", None),
    ],
)
def test_a_day_is_read_only_where_it_is_clear(written: str, day: str | None) -> None:
    assert iso_date(written) == day


# What is attached


def test_attachments_are_inputs_of_their_own_and_pictures_are_none() -> None:
    inner = mail(WRAPPED, Subject="Inner/story")
    message = mail(WRAPPED)
    message.add_attachment(b"A note.", maintype="text", subtype="plain", filename="note.txt")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../../x.pdf")
    message.add_attachment(b"PNG", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(inner)

    found = {part.source: part for part in parts(message) if isinstance(part, Input)}

    assert list(found) == [
        "inputs/talks.eml/note.txt",
        "inputs/talks.eml/x.pdf",
        "inputs/talks.eml/Inner-story.eml",
    ]
    assert found["inputs/talks.eml/note.txt"].read() == b"A note."
    (again,) = reader.read(found["inputs/talks.eml/Inner-story.eml"])
    assert (again.metadata["title"], again.text) == ("Inner/story", STORY)
    assert read(message).text == STORY


def test_a_note_that_goes_with_an_attachment_is_no_article() -> None:
    message = mail("The article is attached. Best, Ana")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="talks.pdf")

    assert reader.read(given(message.as_bytes(), "talks.eml")) == []
    assert len(parts(message)) == 1


# What is no mail, or made to do harm

MANY = (
    b"Subject: x\nContent-Type: multipart/mixed; boundary=B\n\n"
    + b"--B\nContent-Type: text/plain\n\nword\n" * 10_000
)
DEEP = b"Subject: x\n" + b"".join(
    b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_000)
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(MANY, "more than 1000 parts", id="ten thousand parts"),
        pytest.param(DEEP, "more than 1000 parts", id="a thousand deep"),
        pytest.param(DEEP[:4_000], "too deep", id="sixty deep"),
        pytest.param(b"A text that is no mail.\n", "no header", id="a text"),
        pytest.param(b"\x00\x01\x02", "no header", id="bytes"),
        pytest.param(b"Subject: x\n\n\n", "no text", id="no text"),
    ],
)
def test_what_is_no_mail_is_refused_with_the_reason(content: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=rf"^talks\.eml .*{says}"):
        read(content)


@over(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_mail_is_an_article_or_an_error(data: st.DataObject) -> None:
    message = mail(GMAIL + WRAPPED, PAGE, From="Ana <a@x.example>", Date="Tue, 06 May 2031 08:12")
    message.add_attachment(mail(WRAPPED))
    content = bytearray(message.as_bytes())
    places = st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=30)):
        content[place] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ReadError):
        reader.read(given(bytes(content), "talks.eml"))
    with contextlib.suppress(ReadError):
        for part in parts(bytes(content)):
            assert isinstance(part, ReadError) or part.source.startswith("inputs/talks.eml/")


@pytest.mark.parametrize(
    "header", [b"X-Long: " + b"a <b>, " * 60_000, b"X-Long: a" + b"\n b" * 9_000]
)
def test_a_header_without_end_is_refused_before_it_is_parsed(header: bytes) -> None:
    content = header + b"\nSubject: Talks\n\n" + STORY.encode()
    with pytest.raises(ReadError, match="header without end"):
        read(content)
