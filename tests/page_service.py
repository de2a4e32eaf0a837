"""What stands behind the page in its tests; run as a program, it serves the page."""

import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers import Answer, Citation, Disagreement, Sentence, Value
from bot.service import Overview
from bot.ui.server import serve
from vectorstore.documents import Article, Precision, Removed
from vectorstore.errors import NotFoundError, ParleyError

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
ARTICLES = {article.id: article for article in (REPORT, NOTE, *HOSTILE)}


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


class PageService:
    """Answers by what the question says it wants."""

    def overview(self) -> Overview:
        """Say that there are two articles, and offer a hostile example."""
        examples = ("How many prisoners will be exchanged?", PAYLOADS[4])
        return Overview(2, 1, "extractive", examples=examples)

    def article(self, article_id: str, version: int) -> Article:
        """Return an article's only version."""
        if article_id not in ARTICLES or version != 1:
            raise NotFoundError(f"The library holds no article {article_id}.")
        return ARTICLES[article_id]

    def ask(self, question: str, earlier: Sequence[Answer]) -> Iterator[Answer]:
        """Answer, refuse, fail or go on for ever."""
        blank = Answer(question, question if not earlier else "the follow-up", "extractive")
        if "broken" in question:
            raise ParleyError("No endpoint answers. Start it, or set PARLEY_ENGINE=extractive.")
        if "bug" in question:
            raise KeyError(question)
        if "hostile" in question:
            return self._hostile(blank)
        if "endless" in question:
            return self._endless(blank)
        return self._refusal(blank) if "mayor" in question else self._answer(blank)

    def _answer(self, blank: Answer) -> Iterator[Answer]:
        citations = (cite(1, REPORT, AGREED), cite(2, NOTE, NOTE.text), cite(3, REPORT, CROSSING))
        start = AGREED.index("120 prisoners")
        sentences = (
            Sentence(AGREED, (1,), short_answer=(start, start + len("120 prisoners"))),
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
            yield replace(blank, refused=True, message="\n".join(PAYLOADS), nearest=citations)
            return
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
            notices=PAYLOADS,
            disagreements=tuple(
                Disagreement(payload, (Value(payload, payload, True, (n,)),))
                for n, payload in enumerate(PAYLOADS, 1)
            ),
        )


if __name__ == "__main__":
    serve(
        PageService(),
        host="127.0.0.1",
        port=0,
        on_ready=lambda address: sys.stdout.write(f"{address}\n") and sys.stdout.flush(),
    )
