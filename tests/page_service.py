"""What stands behind the page in its tests; run as a program, it serves the page.

The library, the conversations and the work on them are real; only what answers is not, so
that it can say whatever a test wants.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from bot.answers import Answer, Citation, Disagreement, Sentence, Usage, Value
from bot.briefings import Briefings
from bot.conversations import Conversations
from bot.jobs import Jobs
from bot.scope import Scope
from bot.service import Overview, Service
from bot.ui.server import serve
from tests.briefing_service import Maker, hostile, whole
from vectorstore.corpus import Corpus
from vectorstore.documents import Article, Precision, Removed
from vectorstore.embeddings import MiniLM
from vectorstore.errors import ParleyError
from vectorstore.ingest import embed_articles
from vectorstore.upkeep import sync

# Each tries to run, to load or to pretend something. `HIT` in a request, or a window's
# `hit`, shows that one succeeded.
PAYLOADS = (
    "<script>window.hit=1</script>",
    "<script src=http://127.0.0.1:9/HIT.js></script>",
    "<img src=x onerror=window.hit=1>",
    "<img src=http://127.0.0.1:9/HIT.png>",
    '"><img src=/HIT onerror="window.hit=1">',
    "' onmouseover='window.hit=1' x='",
    "![](http://127.0.0.1:9/HIT.png)",
    "![x][r]\n\n[r]: http://127.0.0.1:9/HIT.png",
    "[x](javascript:window.hit=1)",
    "[n](#cite/../../etc/passwd)",
    "<javascript:window.hit=1>",
    "http://127.0.0.1:9/HIT www.HIT.example",
    "${window.hit=1}",
    "${alert(1)}",
    "`${window.hit=1}`",
    "\\${window.hit=1}\\`",
    "{{7*7}} {{{7*7}}} {{#each this}}x{{/each}}",
    "{{constructor.constructor('window.hit=1')()}}",
    "{% include 'HIT' %} <%= 7*7 %> #{7*7}",
    "$$\\href{javascript:window.hit=1}{x}$$ \\(x^2\\) $x$",
    "&lt;img src=x onerror=window.hit=1&gt; &amp;#60; &#x3c;b&#x3e;",
    "<details open ontoggle=window.hit=1><summary>x</summary></details>",
    "<svg onload=window.hit=1><script>window.hit=1</script></svg>",
    "<svg><image href=http://127.0.0.1:9/HIT.png /></svg>",
    "<math><mtext><img src=x onerror=window.hit=1></mtext></math>",
    '<a href="data:text/html,<script>window.hit=1</script>">x</a>',
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<iframe src=http://127.0.0.1:9/HIT></iframe><object data=/HIT></object><embed src=/HIT>",
    "<link rel=stylesheet href=http://127.0.0.1:9/HIT.css><style>@import url(/HIT)</style>",
    "<base href=http://127.0.0.1:9/HIT/><meta http-equiv=refresh content='0;url=/HIT'>",
    "<form action=/HIT><input autofocus onfocus=window.hit=1></form>",
    "<video><source onerror=window.hit=1></video><audio src=/HIT onerror=window.hit=1>",
    "</p></div></aside><h1>Parley says so</h1>",
    "</textarea></title></style></script><script>window.hit=1</script>",
    "```html\n<script>window.hit=1</script>\n```",
    "~~~\n# heading\n* item\n| a | b |\n|---|---|\n~~~",
    "<!-- --><![CDATA[ <img src=x onerror=window.hit=1> ]]><!--",
    "<b style='position:fixed;inset:0;background:url(/HIT)'>x</b>",
    '__i18n__{"__type__":"translation_metadata","key":"common.submit"}',
    "<a href=javascript:window.hit=1>x</a><a href=' javascript:window.hit=1'>y</a>",
    "<a href=#cite/a1/1/0/5 data-do=purge>x</a>",
    '<button data-do="purge">Delete</button><button data-ask="hostile">Ask</button>',
    '"><button data-do=undo autofocus onfocus=window.hit=1>x</button>',
    "<form data-form=word><input name=comment value=x></form>",
    "<div class=p-open data-part=welcome data-turn=x></div>",
    "<dialog open onclose=window.hit=1>x</dialog><div popover id=x>y</div>",
    "<template><img src=/HIT onerror=window.hit=1></template>",
    "<noscript><p title='</noscript><img src=/HIT onerror=window.hit=1>'>",
    "<xmp><p title='</xmp><img src=/HIT onerror=window.hit=1>'></xmp>",
    "<svg><style><img src=/HIT onerror=window.hit=1></style></svg>",
    "<svg><a xlink:href='javascript:window.hit=1'><text>x</text></a></svg>",
    "<math href='javascript:window.hit=1'><mi>x</mi></math>",
    "<input type=image src=/HIT onerror=window.hit=1>",
    "<marquee onstart=window.hit=1>x</marquee><keygen autofocus onfocus=window.hit=1>",
    "<table background=/HIT><td background=/HIT>x</table>",
    "<body onload=window.hit=1 onpageshow=window.hit=1>",
    'x" style="background:url(\'/HIT\')" onpointerover="window.hit=1',
    "\uff1cscript\uff1ewindow.hit=1\uff1c/script\uff1e",
    "+ADw-script+AD4-window.hit=1+ADw-/script+AD4-",
    "%3Cscript%3Ewindow.hit=1%3C/script%3E ../../../HIT ..\\..\\HIT",
    "\u202egnp.exe\u202d \u2067abc\u2066 unclosed overrides",
    "a\x00b\x07c\x1bd\x7fe\x85f\u2028g\ufeffh",
    "W" * 400 + "ﷺ" * 60,
    "Z\u0335\u0361\u0489" * 40,
)

TEXT = (
    "Delegations from Arland and Bresk met in Geneva on Tuesday, mediators said.\n\n"
    "The two sides agreed to exchange 120 prisoners by the end of June, the Swiss foreign "
    "ministry said. Both delegations confirmed the list of names.\n"
    + "\n".join(
        f"Paragraph {n} of the report described what was said in the margins of the talks, "
        "who said it and what the other side made of it, at some length."
        for n in range(1, 31)
    )
    + "\nThe first group is expected to cross at the Toren bridge."
)
REPORT = Article(
    text=TEXT,
    title="Arland and Bresk agree to exchange 120 prisoners",
    publisher="The Lake Courier",
    author="Mira Sorg",
    published="2025-05-13",
    published_precision=Precision.DAY,
    url="https://news.example/exchange",
    removed=(Removed(0, "Sign up for our newsletter."),),
    sample=True,
    id="a1" * 12,
)
NOTE = Article(
    text="Bresk will release 110 prisoners, its ministry said.",
    title="Bresk will release 110 prisoners",
    title_derived=True,
    id="b2" * 12,
)
COPY = replace(
    REPORT,
    title="120 prisoners to be exchanged, mediators say",
    publisher="Bresk Herald",
    url=None,
    removed=(),
    sample=False,
    id="c3" * 12,
)
HOSTILE = tuple(
    Article(
        text=f"{payload}\nmiddle\n{payload}",
        title=payload,
        publisher=payload,
        author=payload,
        published=payload if number % 2 else None,
        published_from=payload,
        url=("javascript:window.hit=1", payload, f"http://x@127.0.0.1:9/{payload}")[number % 3],
        removed=(Removed(0, payload),),
        id=f"{number:024x}",
    )
    for number, payload in enumerate(PAYLOADS)
)
ARTICLES = {article.id: article for article in (REPORT, NOTE, COPY, *HOSTILE)}


def cite(n: int, article: Article, quote: str) -> Citation:
    """Cite the first place in `article` that says `quote`."""
    start = article.text.index(quote)
    return Citation(
        n=n,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        start=start,
        end=start + len(quote),
        quote=quote,
        version=article.version,
    )


AGREED = TEXT[TEXT.index("The two sides") : TEXT.index(" Both delegations")]
CROSSING = TEXT[TEXT.index("The first group") :]

# What a model writes, word by word: first a sentence that holds, then one that does not.
WRITTEN = "Arland and Bresk will exchange 120 prisoners."
UNVERIFIED = "They cross with 40 observers."
HALF = "The list of names was"
DRAFT = f"{UNVERIFIED}\n\nForty observers\nfollow."
FAULT = "The model at api.example.org stopped in the middle of a sentence."


BRIEFING = whole(
    (
        cite(1, REPORT, AGREED),
        cite(2, NOTE, NOTE.text),
        cite(3, REPORT, CROSSING),
        cite(4, COPY, AGREED),
    )
)
HOSTILE_BRIEFING = hostile(
    PAYLOADS, tuple(cite(n, article, "middle") for n, article in enumerate(HOSTILE, 1))
)


class PageAnswers:
    """Answers by what the question says it wants."""

    def ask(self, question: str, _scope: Scope, earlier: Sequence[Answer]) -> Iterator[Answer]:
        """Answer, refuse, fail or go on for ever."""
        blank = Answer(question, question if not earlier else "the follow-up", "extractive")
        if "broken" in question:
            raise ParleyError("No endpoint answers. Start it, or set PARLEY_ENGINE=extractive.")
        if "bug" in question:
            raise KeyError(question)
        if question == "rtl":
            return iter([replace(blank, sentences=(Sentence("اتفق الوفدان على تبادل الأسرى."),))])
        if "hostile" in question:
            return self._hostile(blank)
        if "endless" in question:
            return self._endless(blank)
        if "written" in question:
            return self._written(replace(blank, engine="llm", model="mini-4"))
        return self._refusal(blank) if "mayor" in question else self._answer(blank)

    def _answer(self, blank: Answer) -> Iterator[Answer]:
        citations = (
            cite(1, REPORT, AGREED),
            cite(2, NOTE, NOTE.text),
            cite(3, REPORT, CROSSING),
            cite(4, COPY, AGREED),
        )
        start = AGREED.index("120 prisoners")
        sentences = (
            Sentence(AGREED, (1, 4), short_answer=(start, start + len("120 prisoners"))),
            Sentence("They cross with 40 observers.", (3,), "unverified", ("40 is not there.",)),
        )
        yield replace(blank, sentences=(Sentence(AGREED[:20]),))
        yield replace(
            blank,
            sentences=sentences,
            citations=citations,
            notices=("One wire story stands behind two articles.",),
            disagreements=(
                Disagreement(
                    "prisoners to be released",
                    (Value("120", "2025-05-13", True, (1,)), Value("110", None, False, (2,))),
                ),
            ),
        )

    def _written(self, blank: Answer) -> Iterator[Answer]:
        """Write as a model does; as the question says, for ever, or badly, or not to the end."""
        pause = threading.Event()
        yield (answer := replace(blank, doing="Reading 3 of 12 articles"))
        while "after reading" in blank.question and not pause.wait(0.05):
            yield answer
        cited = replace(blank, citations=(cite(1, REPORT, AGREED), cite(2, REPORT, CROSSING)))
        sentences = (
            Sentence(WRITTEN, (1,)),
            Sentence(UNVERIFIED, (2,), "unverified", ("40 is not there.",)),
        )
        for number, sentence in enumerate(sentences):
            words = sentence.text.split()
            for end in range(1, len(words)):
                yield (answer := replace(answer, pending=" ".join(words[:end]), doing=None))
                pause.wait(0.05)
                yield answer
            yield (answer := replace(cited, sentences=sentences[: number + 1]))
        while "for ever" in blank.question and not pause.wait(0.05):
            more = " read" if "on and on" in blank.question else ""
            answer = replace(answer, pending=(answer.pending or HALF) + more)
            yield answer
        yield self._ended(answer)

    def _ended(self, answer: Answer) -> Answer:
        whole = replace(answer, pending="", usage=Usage(1_204, 96, 0.0003))
        if "badly" in answer.question:
            return replace(
                whole,
                engine="extractive",
                model=None,
                sentences=(Sentence(AGREED, (1,)),),
                citations=(cite(1, REPORT, AGREED),),
                draft=DRAFT,
                notices=("These are quotations: no sentence of the model's could be verified.",),
            )
        if "in part" in answer.question:
            return replace(
                whole,
                incomplete=True,
                sentences=whole.sentences[:1],
                quoted=(Sentence(CROSSING, (2,)),),
                notices=(FAULT,),
            )
        return replace(whole, missing=("who signed it", "when the last group crosses"))

    def _refusal(self, blank: Answer) -> Iterator[Answer]:
        nearest = (cite(1, REPORT, CROSSING), cite(2, NOTE, NOTE.text))
        yield replace(blank, refused=True, message="The articles do not say.", nearest=nearest)

    def _endless(self, blank: Answer) -> Iterator[Answer]:
        pause = threading.Event()
        words = 1
        while not pause.wait(0.05):
            yield replace(blank, sentences=(Sentence("word " * words),))
            words += 1

    def _hostile(self, blank: Answer) -> Iterator[Answer]:
        citations = tuple(cite(n, article, "middle") for n, article in enumerate(HOSTILE, 1))
        if "refuse" in blank.question:
            yield replace(
                blank,
                refused=True,
                message="\n".join(PAYLOADS),
                nearest=citations,
                missing=PAYLOADS,
                draft="\n\n".join(PAYLOADS),
            )
            return
        if "stream" in blank.question:
            said = "\n".join(PAYLOADS)
            answer = replace(blank, pending=said, doing=said)
            while not threading.Event().wait(0.05):
                yield answer
        if "fail" in blank.question:
            raise ParleyError("\n".join(PAYLOADS))
        yield replace(
            blank,
            standalone_question="\n".join(PAYLOADS),
            sentences=tuple(
                Sentence(payload, (n,), "unverified" if n % 2 else "verified", (payload,))
                for n, payload in enumerate(PAYLOADS, 1)
            ),
            citations=citations,
            engine="llm",
            model=PAYLOADS[0],
            missing=PAYLOADS,
            incomplete=True,
            quoted=tuple(Sentence(payload, (n,)) for n, payload in enumerate(PAYLOADS, 1)),
            draft="\n\n".join(PAYLOADS),
            notices=PAYLOADS,
            disagreements=tuple(
                Disagreement(payload, (Value(payload, payload, True, (n,)),))
                for n, payload in enumerate(PAYLOADS, 1)
            ),
        )


def overview(corpus: Corpus) -> Overview:
    """Say what is in the library, and offer a hostile example."""
    counts = corpus.library.counts()
    examples = ("How many prisoners will be exchanged?", PAYLOADS[4])
    return Overview(counts["articles"], counts["samples"], "extractive", examples=examples)


@contextmanager
def page_service(home: Path) -> Iterator[Service]:
    """Open a real library with the articles in it, and answers of any kind over it."""
    with Corpus.own(home, MiniLM(), "test") as corpus:
        if not corpus.library.counts()["articles"]:
            copies = {COPY.id: REPORT.id}
            corpus.library.put(
                replace(each, duplicate_of=copies.get(each.article.id))
                for each in embed_articles(corpus, list(ARTICLES.values()))
            )
            sync(corpus.spans, corpus.index)
        library = corpus.library
        conversations = Conversations(library, PageAnswers().ask, library.article)
        briefings = Briefings(library, Maker(BRIEFING, hostile=HOSTILE_BRIEFING))
        service = Service(corpus, conversations, Jobs(corpus), lambda: overview(corpus), briefings)
        with closing(service):
            yield service


def main(home: str, port: str) -> None:
    """Serve the page over a data folder; print its address."""
    with page_service(Path(home)) as service:
        serve(
            service,
            host="127.0.0.1",
            port=int(port),
            on_ready=lambda address: print(address, flush=True),  # noqa: T201
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
