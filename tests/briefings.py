"""A briefing made by hand over two articles of a real library, for what exports and checks."""

from dataclasses import replace

from bot.answers import Citation, Disagreement, Value
from bot.briefing.parts import Briefing, BriefSentence, Changes, Claim, Event, Origins, Position
from bot.neutrality.flags import Flag, Neutrality
from vectorstore.corpus import Corpus
from vectorstore.documents import Article

MET = "Delegations from Norland and Sudmark met in the port of Vell on Tuesday"
LED = "The Norland delegation was led by Trade Minister Ana Kestrel."
SHIPS = "Kestrel said that 22 ships were still waiting outside the harbour."
DOOR = '"We came to open the harbour, not to close a door," she said.'
LIFT = "Orlo told reporters that Sudmark would lift the blockade only after a fishing treaty was"
ROUND = "The next round is planned for 20 May in the mountain town of Brenn."
ENVOY = "The United Nations envoy, Mira Sol, proposed a fishing treaty on Wednesday"
WEEKS = "Sudmark asked for two weeks to study the text."
SHOWN = (MET, LED, SHIPS, LIFT, ROUND, ENVOY, WEEKS)


def cite(n: int, article: Article, words: str) -> Citation:
    """The sentence of the article that begins with these words, as a citation."""
    start = article.text.index(words)
    end = article.text.find(".", start + len(words) - 1) + 1
    known = (article.title, article.publisher, article.published, article.url)
    return Citation(n, article.id, *known, start, end, article.text[start:end], article.version)


def articles(corpus: Corpus) -> tuple[Article, Article]:
    """The article on the harbour and the one on the envoy."""
    envoy, harbour = corpus.library.articles()
    return harbour, envoy


def make_briefing(corpus: Corpus) -> Briefing:
    """A briefing with every part, all of which holds in the library."""
    harbour, envoy = articles(corpus)
    cited = [
        cite(n, envoy if words in (ENVOY, WEEKS) else harbour, words)
        for n, words in enumerate(SHOWN, 1)
    ]
    by_words = dict(zip(SHOWN, cited, strict=True))

    def said(words: str, **more: object) -> BriefSentence:
        citation = by_words[words]
        return replace(BriefSentence(" ".join(citation.quote.split()), (citation.n,)), **more)

    read = dict(corpus.library.versions(harbour.id))[1]
    return Briefing(
        "Harbour talks in Vell",
        "harbour talks",
        "extractive",
        "2031-05-22",
        made_at="2031-05-22T10:30:00+00:00",
        sentences=(
            said(MET),
            BriefSentence("Ana Kestrel led Norland's delegation.", (2,)),
            said(SHIPS, claim_status="party"),
            said(ENVOY, claim_status="party", origins=2, also=(1,)),
            BriefSentence(
                "Some 40 ships wait.", (3,), "unverified", ("the number “40” is not there",)
            ),
        ),
        citations=tuple(cited),
        claims=(Claim("Kestrel", None, None, "said", "22 ships", False, "2031-05-06", 3),),
        positions=(
            Position("Norland", "Blockade"),
            Position(
                "Sudmark", "Blockade", "lift the blockade only after", "Orlo", "2031-05-06", 4
            ),
            Position("Norland", "Next round"),
            Position("Sudmark", "Next round", "two weeks to study the text", None, None, 7),
        ),
        timeline=(
            Event("2031-05-06", "day", "2031-05-06", cited[0].quote, 1),
            Event("2031-05-20", "day", "2031-05-06", ROUND, 5),
        ),
        undated=2,
        disagreements=(
            Disagreement(
                "ships waiting outside the harbour",
                (
                    Value("22", "2031-05-06", False, (3,)),
                    Value("two weeks", "2031-05-21", True, (7,)),
                ),
            ),
        ),
        changes=Changes("2031-05-07", (3,), (3,), (harbour.id,)),
        neutrality=Neutrality(
            (Flag("loaded word", "waiting", 2, "plainer: “anchored”", 38),),
            {"Norland": 0.75, "Sudmark": 0.25},
            {"Vell Courier": 0.6, "Brenn Gazette": 0.4},
            {"Norland": 1.0},
        ),
        origins=Origins(4, 2),
        missing=("What Norland would give in return",),
        notices=("One wire story stands behind two articles.",),
        read_at={each.id: read for each in (harbour, envoy)},
        hashes={each.id: each.text_hash for each in (harbour, envoy)},
    )
