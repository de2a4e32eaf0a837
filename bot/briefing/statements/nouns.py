"""Who may speak: which noun phrase names a speaker, of what kind, and what to call it.

A phrase is read from its words alone: capitals, titles, nouns for bodies, offices and
papers. Nothing here knows who the persons are, or what they said.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.grounding.names import TITLES
from bot.grounding.words import listed

Kind = Literal["person", "body", "pronoun", "unnamed", "document", "outlet"]

_LONGEST = 16  # words of a phrase

PRONOUNS = frozenset(listed("he she it they"))
# Nobody in particular, whatever adjective stands before.
_UNNAMED = frozenset(
    listed("""
    official officials source sources expert experts analyst analysts critic critics observer
    observers diplomat diplomats people person persons witness witnesses resident residents some
    many others other few several insider insiders aide aides reports rumours rumors
    one ones most those everyone somebody someone anyone nobody man woman men women neighbor
    neighbors neighbour neighbours supporters opponents skeptics sceptics activists scholars
    historians economists scientists researchers readers users fans voters students teachers
    pollsters strategists strategist commentators pundits advocates backers detractors
    """)
)
_BODIES = frozenset(
    listed("""
    ministry government army military police delegation office administration parliament court
    side sides team party parties council committee commission agency department bureau
    presidency cabinet alliance bloc union league group movement company firm bank fund
    authority authorities embassy mission forces navy militia junta opposition coalition
    campaign family lawmakers negotiators mediators leaders delegates delegations ministers
    presidents senators congressmen prosecutors judges lawyers attorneys rebels militants
    governments countries nations states regime organisation organization federation
    association board jury panel tribunal service envoys ambassadors legislators officers
    commanders generals troops insurgents separatists guerrillas candidates governors mayors
    capital chamber watchdog regulator charity unions agencies institute university hospital
    Democrats Republicans
    """)
)
_OFFICES = frozenset(
    listed("""
    president premier minister chancellor spokesman spokeswoman spokesperson ambassador envoy
    negotiator secretary king queen prince emir sultan pope chairman chairwoman chair head chief
    leader commander governor mayor senator congressman congresswoman representative lawmaker
    adviser advisor mediator delegate speaker prosecutor attorney lawyer judge director general
    justice nominee candidate counterpart ministers coordinator commissioner founder officer
    chieftain cleric deputy
    """)
)
_DOCUMENTS = frozenset(
    listed("""
    statement readout communique communiqué report letter resolution document documents text
    filing filings treaty memo memorandum indictment declaration decree lawsuit complaint ruling
    draft affidavit transcript testimony constitution order bulletin protocol agreement paper
    accord charter subpoena summary study survey poll
    """)
)
_OUTLETS = frozenset(
    listed("""
    Reuters AP AFP CNN BBC TASS Interfax RIA Xinhua Bloomberg NPR Politico Axios Anadolu DHA
    Kyodo Yonhap ANSA DPA EFE UPI NBC CBS ABC MSNBC Times Post Journal Herald Tribune Guardian
    Telegraph Gazette Courier Chronicle Observer newspaper media press broadcaster newswire
    Jazeera Spiegel Hill Atlantic Today newspapers outlets website magazine
    """)
)
_OUTLET = re.compile(
    r"\b(?:news (?:agency|service|site|outlet|website)|News(?: Agency|$)|Associated Press"
    r"|state (?:television|TV|radio|media))"
)
_VAGUE = frozenset(listed("one some another several many other media press news local unconfirmed"))
_SPOKEN_FOR = frozenset(listed("spokesman spokeswoman spokesperson representative lawyer lawyers"))
ROLES = (
    TITLES
    | _OFFICES
    | frozenset(
        listed("""
    sens reps gens prof rev capt adm sgt brig pres mp mps amb first second former acting senior
    top chief vice dep majority minority whip leader foreign defence defense attorney solicitor
    national security press white-house director manager campaign strategist legal counsel
    political policy presidential congressional communications executive managing economist
    analyst expert scholar historian correspondent reporter host anchor author activist lawyer
    nominee hopeful co-founder founder ceo chairman officer official diplomat aide commissioner
    ayatollah imam rabbi bishop archbishop cardinal patriarch republican democratic democrat
    conservative liberal retired president-elect presumptive administrator treasurer
    controller staff marshal sheriff democrats republicans
    """)
    )
)
# What ends a title; “National” or “Security” begins one, or a body's name.
_HEADS = ROLES - frozenset(
    listed("""
    national security press white-house political policy legal campaign executive communications
    congressional presidential managing staff foreign defence defense interior finance trade first
    second former senior top special general state republic federation
    """)
)
_SMALL = frozenset(
    listed("""
    of for to in at from with on by who whose which as near under over familiar close briefed
    involved aware present
    """)
)
_PARTICLES = frozenset(listed("de del della van von der den bin ibn al el la le da dos du ter"))
_OFFICE = re.compile(
    r"(?:Secretary|Minister|Director|Speaker|Commissioner|Undersecretary|Head|Chief)[\w-]*"
    r" (?:of|for) (?:the )?(?:State|Defen[cs]e|Foreign (?:Affairs|Policy)|Homeland Security"
    r"|National Intelligence|House|Treasury|Energy|Interior|Education|Labor|Commerce|Justice"
    r"|Health(?: and Human Services)?|Staff|Parliament|Agriculture|Finance)(?= [A-Z])"
)
_STOP = re.compile(r"(?:(?<=[a-z]{3})|(?<=[A-Z]{3}))\.$")
_NOBODY = frozenset(
    listed("""
    that this these those there what here such all each both neither the a an his its their
    you we i
    """)
)
# “Select Committee on Intelligence Chairman X Y”
_TITLED = re.compile(
    r"\b(?:Chair(?:man|woman)?|Director|Minister|Secretary|President|Administrator|Leader|Speaker"
    r"|Ambassador|General|Envoy|Representative|[Ss]pokes(?:man|woman|person)|[Cc]hief)"
    r" ([A-Z][\w'’-]+(?: (?:[A-Z]\.|[A-Z][\w'’-]+)){1,3})$"
)
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]{0,60}[)\]]")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENERS = re.compile(
    r"^(?:but|and|yet|so|meanwhile|still|however|also|then|nor|indeed|instead|separately)\b,?\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A speaker's phrase: its kind, `name`, what to call one who is named, or the `pronoun`."""

    kind: Kind
    name: str | None
    pronoun: str = ""


def is_capital(word: str) -> bool:
    """Say whether a word has the capital of a name: “al-Assad” and “iPhone” do, too."""
    return any(char.isupper() for char in word)


def bare(word: str) -> str:
    """Return a word as the lists have it: small, without stops and possessive."""
    return _POSSESSIVE.sub("", word.lower().strip(".")).strip(".")


@lru_cache(maxsize=16_384)
def read_phrase(text: str) -> Phrase | None:
    """Return the speaker that a noun phrase names, or None if it names none."""
    text = _OPENERS.sub("", _ASIDE.sub("", text).strip(" ,\n\t"))
    text = _STOP.sub("", text)
    words = text.split()
    if not words or len(words) > _LONGEST:
        return None
    if len(words) == 1 and bare(words[0]) in PRONOUNS:
        return Phrase("pronoun", None, bare(words[0]))
    if len(words) == 1 and bare(words[0]) in _NOBODY:
        return None
    joined = _joined(words)
    return joined or _single(text, words)


def _joined(words: list[str]) -> Phrase | None:
    """Read “Ukraine and Russia”, “X and Y”, as one speaker of two parts."""
    if "and" not in words:
        return None
    at = words.index("and")
    left, right = words[:at], words[at + 1 :]
    if not left or not right or not _SMALL.isdisjoint(left):
        return None
    first, second = _single(" ".join(left), left), _single(" ".join(right), right)
    if first is None or second is None or {first.kind, second.kind} & {"pronoun", "outlet"}:
        return None
    if first.name is None or second.name is None:
        return Phrase("unnamed", None) if first.name is second.name else None
    return Phrase("body", f"{first.name} and {second.name}")


def _single(text: str, words: list[str]) -> Phrase | None:
    plain = _OFFICE.sub("Secretary", text)
    if plain != text:
        text, words = plain, plain.split()
    if _OUTLET.search(text) or _POSSESSIVE.sub("", words[-1]) in _OUTLETS:
        return Phrase("outlet", _definite(words))
    cut = next((at for at, word in enumerate(words) if at and word.lower() in _SMALL), len(words))
    core = words[:cut]
    head = bare(core[-1])
    if len(words) > cut and is_capital(core[-1]) and (titled := _TITLED.search(text)):
        return Phrase("person", titled[1])
    if is_capital(core[-1]) and not (len(core) == 1 and head in _UNNAMED):
        return _named(words, core)
    return _common(words, core, head)


def _named(words: list[str], core: list[str]) -> Phrase | None:
    """Read a phrase whose head has a capital: a person, a country, a body."""
    start = len(core) - 1
    while start > 0 and (is_capital(core[start - 1]) or core[start - 1] in _PARTICLES):
        if core[start - 1].endswith(("'s", "’s", "s'", "s’")):
            break
        start -= 1
    if core[0].lower() in ("the", "a", "an") and start == 0:
        start = 1
    run = core[start:] or core[-1:]
    if run[-1].isdecimal() or bare(run[-1]) in _CALENDAR:
        return None
    titles = [at for at, word in enumerate(run) if bare(word) in _HEADS]
    last = titles[-1] if titles else -1
    if last == len(run) - 1:
        return _body_in_capitals(words, core)
    name = run[last + 1 :]
    if not titles and core[0].lower() == "the" and start == 1:
        return Phrase("body", _definite(words))
    if titles or len(name) > 1:
        return Phrase("person", " ".join(name))
    if core[0].lower() == "the" or core[0] != run[0]:
        return _lone(words, core, name[0])
    kind: Kind = "body" if name[0].isupper() else "person"
    return Phrase(kind, name[0] if len(words) == len(core) else _definite(words))


def _lone(words: list[str], core: list[str], name: str) -> Phrase:
    """Read one capitalised word behind others: “the Kremlin”, “spokesman Peskov”."""
    before = [bare(word) for word in core[:-1]]
    if core[0].lower() == "the" and len(core) == 2:
        return Phrase("body", _definite(words))
    owned = core[-2].endswith(("'s", "’s")) and len(words) == len(core)
    if before and (before[-1] in ROLES or owned):
        return Phrase("person", name)
    return Phrase("body", _definite(words))


def _body_in_capitals(words: list[str], core: list[str]) -> Phrase | None:
    """Read “the State Department”, “the President”, “the Foreign Ministry of X”."""
    if core[0].lower() in ("a", "an", "one") and bare(core[-1]) in _OFFICES:
        return _common(words, core, bare(core[-1]))
    return Phrase("body", _definite(words))


def _common(words: list[str], core: list[str], head: str) -> Phrase | None:
    """Read a phrase whose head is a common noun."""
    if head in _UNNAMED:
        return Phrase("unnamed", None)
    if head in _DOCUMENTS:
        if core[0].lower() in _VAGUE or len(words) == 1:
            return Phrase("unnamed", None)
        return Phrase("document", _definite(words))
    if head in _OUTLETS:
        return Phrase("outlet", _definite(words))
    if head in _BODIES:
        vague = core[0].lower() in ("some", "many", "several", "most", "a", "an", "other")
        named = any(is_capital(word) for word in words[1:])
        return Phrase("unnamed", None) if vague and not named else Phrase("body", _definite(words))
    if head in _OFFICES:
        return _office(words, core, head)
    return None


def _office(words: list[str], core: list[str], head: str) -> Phrase:
    indefinite = core[0].lower() in ("a", "an", "one", "another", "some")
    speaks_for = head in _SPOKEN_FOR and (
        len(words) > len(core) or any(is_capital(word) for word in core[1:])
    )
    if (indefinite or len(words) == 1) and not speaks_for:
        return Phrase("unnamed", None)
    return Phrase("body", _definite(words))


def _definite(words: list[str]) -> str:
    """Return a phrase as it stands, with a small article."""
    if words[0].lower() in ("the", "a", "an", "his", "her", "its", "their"):
        words = [words[0].lower(), *words[1:]]
    owner = next((at for at, word in enumerate(words) if word.endswith(("'s", "’s"))), 0)
    name = next((at for at, word in enumerate(words) if bare(word) not in ROLES), 0)
    if 0 < name <= owner and words[name][0].isupper():
        words = words[name:]  # “President X's office”
    return " ".join(words)


_CALENDAR = frozenset(
    listed("""
    monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december
    """)
)
