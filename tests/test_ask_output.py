"""What `parley ask` shows: an answer as text, and in a terminal also while it comes.

Run as a program, this is `parley ask` over what the page's tests are answered by.
"""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import bot.app
from bot.answers import Answer, Sentence, Usage
from bot.briefings import Briefings
from bot.cli import main as parley
from bot.cli.answer_text import as_text, last_of
from bot.conversations import Conversations
from bot.jobs import Jobs
from bot.scope import ALL
from bot.service import Overview, Service
from tests.page_service import (
    AGREED,
    CROSSING,
    HALF,
    NOTE,
    REPORT,
    WRITTEN,
    PageAnswers,
    cite,
)
from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.library import Library

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60
# Sets a terminal's title, clears it, and writes over what stands there; and rich's own markup.
ACTING = "a\x1b]0;HIT\x07b\x1b[2Jc\x9b31md\rHIT [bold]e[/bold] [link=http://x]f[/link]"
SHOWN = "a]0;HITb[2Jc31md HIT [bold]e[/bold] [link=http://x]f[/link]"

ANSWER = Answer(
    "Who?",
    "Who?",
    "llm",
    "mini-4",
    sentences=(
        Sentence(AGREED, (1,)),
        Sentence("They cross with 40 observers.", (2,), "unverified", ("40 is not there.",)),
    ),
    citations=(cite(1, REPORT, AGREED), cite(2, REPORT, CROSSING)),
    usage=Usage(1_204, 96, 0.0003),
)


def last(question: str) -> Answer:
    *_, answer = PageAnswers().ask(question, ALL, ())
    return answer


class TestText:
    def test_a_quoted_answer_is_its_sentences_notes_and_sources(self) -> None:
        quoted = replace(
            ANSWER,
            engine="extractive",
            model=None,
            usage=None,
            sentences=ANSWER.sentences[:1],
            citations=ANSWER.citations[:1],
            notices=("Mind this.",),
        )
        assert as_text(quoted) == (
            f"{AGREED} [1]\n"
            "\n"
            "Note: Mind this.\n"
            "[1] Arland and Bresk agree to exchange 120 prisoners, The Lake Courier, 2025-05-13\n"
            f"    “{AGREED}”\n"
        )

    def test_a_written_one_says_what_is_missing_and_what_it_took(self) -> None:
        said = as_text(replace(ANSWER, missing=("who signed it.", "when it ends")))
        assert said.startswith(
            f"{AGREED} [1] They cross with 40 observers. [2]\n"
            "\n"
            "  ! unverified: 40 is not there.\n"
            "Not in these articles, by the model's account: who signed it; when it ends\n"
        )
        assert said.endswith("\n\nWritten by mini-4 · 1,204 + 96 tokens · $0.0003\n")

    def test_one_that_broke_off_is_followed_by_what_the_articles_say(self) -> None:
        said = as_text(last("What is written in part?"))
        assert said.startswith(f"{WRITTEN} [1]\n\nNote: The answer ended before it was whole.\n")
        assert f"\n\nFrom the articles, word for word:\n{CROSSING} [2]\n\n" in said

    @pytest.mark.parametrize("refused", [False, True])
    def test_what_a_model_wrote_in_vain_is_set_apart(self, refused: bool) -> None:
        answer = last("What is written badly?")
        if refused:
            answer = replace(answer, refused=True, sentences=(), message="The articles do not say.")
        said = as_text(answer)
        assert (
            "\n\nWhat the model wrote, not verified:\n"
            "    They cross with 40 observers.\n"
            "\n"
            "    Forty observers\n"
            "    follow.\n"
            "\n"
        ) in said
        assert "before it was whole" not in said
        who = "Answered" if refused else "Quoted"
        assert said.endswith(f"\n{who} by Parley · 1,204 + 96 tokens used · $0.0003\n")

    def test_nothing_that_is_said_acts_on_a_terminal(self) -> None:
        cited = replace(cite(1, NOTE, NOTE.text), title=ACTING, publisher=ACTING, quote=ACTING)
        sentence = Sentence(ACTING, (1,), "unverified", (ACTING,), (1, 3))
        answer = Answer(
            *(ACTING, ACTING + "!", "llm", ACTING),
            sentences=(sentence,),
            citations=(cited,),
            quoted=(sentence,),
            missing=(ACTING,),
            draft=ACTING,
            notices=(ACTING,),
            usage=Usage(1, 2),
        )
        for each in (answer, replace(answer, message=ACTING), replace(answer, refused=True)):
            said = re.sub(r"\x1b\[(1|0)m", "", as_text(each))
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", said)
        assert "[bold]e[/bold]" in as_text(answer)

    def test_without_a_terminal_only_the_last_is_asked_for(self) -> None:
        coming = iter([ANSWER, replace(ANSWER, model="other")])
        found = last_of(coming, watched=True)
        assert found is not None
        assert found.model == "other"
        assert last_of(iter(()), watched=True) is None


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    terminal: str


class Terminal:
    """`parley ask` in a terminal of 60 by 8, with standard output in a pipe."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 8, 60, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in _TERMINALS}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.test_ask_output", *arguments],
            cwd=ROOT,
            env=kept | {"PARLEY_HOME": str(home), "TERM": "xterm"},
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
        )
        os.close(theirs)
        self.shown = ""

    def read(self, until: str) -> None:
        """Read what the terminal is shown, until that holds these words."""
        end = time.monotonic() + PATIENCE
        while until not in self.shown:
            assert time.monotonic() < end, self.shown
            assert self._read(), self.shown

    def _read(self) -> str:
        try:
            more = os.read(self._ours, 65_536).decode(errors="replace")
        except OSError:
            more = ""
        self.shown += more
        return more

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def ended(self) -> Ran:
        while self._read():
            pass
        out, _ = self._process.communicate(timeout=PATIENCE)
        return Ran(self._process.returncode, out, self.shown)

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        os.close(self._ours)


# What tells rich that it is, or is not, in a terminal, and how wide that is.
_TERMINALS = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLUMNS", "LINES")

In = Callable[..., Terminal]


@pytest.fixture
def terminal(home: Path) -> Iterator[In]:
    opened: list[Terminal] = []

    def start(*arguments: str) -> Terminal:
        opened.append(Terminal(home, *arguments))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


class TestTerminal:
    def test_an_answer_is_seen_coming_and_is_then_printed_as_it_always_was(
        self, terminal: In
    ) -> None:
        ran = terminal("What is written well?").ended()

        assert (ran.status, ran.out) == (0, as_text(last("What is written well?")) + "\n")
        for words in ("Reading 3 of 12 articles", "They cross", f"{WRITTEN} [1]"):
            assert words in ran.terminal
        # It is wiped in the end, and the cursor is back.
        _, _, after = ran.terminal.rpartition("\n")
        assert after == "\x1b[?25h\r" + "\x1b[1A\x1b[2K" * 2

    def test_nothing_that_a_model_writes_acts_on_the_terminal(self, terminal: In) -> None:
        ran = terminal("acting").ended()

        assert SHOWN[:30] in ran.terminal
        for acting in ("\x1b]0;", "\x1b[2J", "\x9b", "\x07"):
            assert acting not in ran.terminal + ran.out
        assert "[bold]e[/bold]" in ran.out

    def test_of_more_than_the_window_holds_the_end_is_seen(self, terminal: In) -> None:
        ran = terminal("long").ended()

        assert len(ran.out) > 60 * 8
        for shown in ran.terminal.split("\x1b[2K"):
            assert shown.count("\n") <= 8
        assert "word99" in ran.terminal
        assert "word0 " not in ran.terminal

    def test_what_is_for_a_program_is_shown_nowhere_else(self, terminal: In) -> None:
        ran = terminal("--json", "What is written well?").ended()

        assert (ran.status, ran.terminal) == (0, "")
        assert ran.out.count("\n") == 1

    def test_an_interrupt_ends_it_and_the_model_at_once(self, terminal: In) -> None:
        asked = terminal("What is written for ever?")
        asked.read(HALF)

        asked.interrupt()
        ran = asked.ended()

        assert (ran.status, ran.out) == (130, "closed\n")
        assert "Traceback" not in ran.terminal
        assert ran.terminal.rstrip().endswith("parley: Stopped.")
        assert "\x1b[?25h" in ran.terminal

    def test_in_a_conversation_it_is_seen_too_and_an_interrupt_keeps_what_was_checked(
        self, terminal: In, home: Path
    ) -> None:
        asked = terminal("--conversation", "Talks", "What is written for ever?")
        asked.read(HALF)

        asked.interrupt()
        ran = asked.ended()

        assert ran.status == 130
        assert ran.terminal.rstrip().endswith("parley: Stopped.")
        library = Library.open(home)
        conversations = Conversations(library, PageAnswers().ask, library.article)
        (kept,) = conversations.find()
        (turn,) = conversations.get(kept.id).turns
        library.close()
        assert turn.state == "stopped"
        assert turn.answer is not None
        assert [each.status for each in turn.answer.sentences] == ["verified", "unverified"]
        assert HALF not in turn.answer.text

    def test_where_there_is_no_terminal_nothing_is_shown_meanwhile(self, home: Path) -> None:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.test_ask_output", "What is written well?"],
            cwd=ROOT,
            env=os.environ | {"PARLEY_HOME": str(home), "FORCE_COLOR": "1"},
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        )
        assert ran.stdout == as_text(last("What is written well?")) + "\n"
        assert ran.stderr == ""


class Answering:
    """Answers as the page's stand-in does, and tells when it is closed in the middle."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    def __enter__(self) -> "Answering":
        return self

    def __exit__(self, *_: object) -> None:
        self.corpus.close()

    def ask(self, question: str, _scope: object = ALL, _earlier: object = ()) -> Iterator[Answer]:
        said = {"acting": ACTING, "long": " ".join(f"word{n}" for n in range(100))}.get(question)
        if said is not None:
            yield (answer := Answer(question, question, "llm", "mini-4", pending=said, doing=said))
            yield replace(answer, pending="", doing=said)
            yield replace(answer, pending="", doing=None, sentences=(Sentence(said),))
            return
        try:
            yield from PageAnswers().ask(question, ALL, ())
        finally:
            if "for ever" in question:
                print("closed", flush=True)  # noqa: T201

    def service(self) -> Service:
        library = self.corpus.library
        conversations = Conversations(library, self.ask, library.article)
        return Service(
            self.corpus,
            conversations,
            Jobs(self.corpus),
            lambda: Overview(0, 0, "llm", "mini-4"),
            Briefings(library, lambda _request, _earlier: iter(())),
        )


def main() -> None:
    """Run `parley ask`, answered by the stand-in, over an empty data folder."""
    corpus = Corpus.own(Path(os.environ["PARLEY_HOME"]), MiniLM(), "test")
    answering = Answering(corpus)
    bot.app.open_reader = bot.app.open_owner = lambda *_: answering
    parley(["ask", *sys.argv[1:]])


if __name__ == "__main__":
    # A test run in the background has its programs ignore interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
