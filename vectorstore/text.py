"""The one normaliser, sentence splitter and tokeniser.

Everything that compares, counts or searches words does it through here, so that an
index, a score and a check can never disagree about what a word is. Nothing here knows
about articles or storage. A `language` is a code of the text's language, None for English or
unknown.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import Stemmer
from sentencex import get_sentence_boundaries

from vectorstore import languages
from vectorstore.languages import by_itself, is_english, primary
from vectorstore.light_stems import arabic, as_russian, hebrew, without_article

_WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:['’]\w+)*")
_UNSEEN = re.compile(
    r"[\x00-\x09\x0e-\x1f\x7f-\x9f\xad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    r"\U000e0000-\U000e007f]"
)
_LINE = re.compile(r"[^\n]+")
_CLOSERS = re.compile(r"[\"'”’»)\]]+(?=\s|$)")

# Letters that Unicode does not decompose although readers type the plain form. Those of Persian
# keyboards are Arabic ones; a tatweel only stretches a word.
_FOLDED = {
    "ё": "е", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "’": "'", "ʼ": "'", "׳": "'",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ہ": "ه", "ـ": "", "٫": ".", "٬": ",", "״": '"',
}  # fmt: skip
# Gershayim and geresh, mostly typed as quotation marks, stand inside a Hebrew word.
_GERSHAYIM = re.compile(r"(?<=[א-ת])[\"״”“„'׳’](?=[א-ת])")

# Function words carry no evidence; the field's usual short list (articles, pronouns,
# auxiliaries, prepositions, question words), lower case.
STOPWORDS = frozenset(
    """
    a about after all also am an and any are as at be been before being between both but
    by can could did do does doing down during each for from further had has have having he
    her here hers him his how i if in into is it its itself just me more most my no nor not
    of off on once only or other our out over own same she should so some such than that the
    their them then there these they this those through to too under until up very was we
    were what when where which while who whom whose why will with would you your
    """.split()  # noqa: SIM905 - a list of eighty strings reads worse
)

# Past forms that no stemmer joins with their verb, of the verbs that reports use most.
_IRREGULAR = {
    past: verb
    for verb, *forms in map(
        re.compile("[:,]").split,
        """
        become:became begin:began,begun break:broke,broken bring:brought build:built buy:bought
        choose:chose,chosen come:came draw:drew,drawn drive:drove,driven fall:fell,fallen
        fight:fought find:found flee:fled forbid:forbade give:gave,given go:went,gone
        grow:grew,grown hear:heard hold:held keep:kept know:knew,known lead:led leave:left
        lose:lost make:made mean:meant meet:met pay:paid rise:rose,risen say:said see:saw,seen
        seek:sought sell:sold send:sent shrink:shrank,shrunk shoot:shot speak:spoke,spoken
        spend:spent stand:stood strike:struck take:took,taken tell:told think:thought
        understand:understood win:won withdraw:withdrew,withdrawn write:wrote,written
        """.split(),  # noqa: SIM905
    )
    for past in forms
}
PAST_FORMS = frozenset(_IRREGULAR)

# Raised whenever `stem` changes: a word index made by other stems is then made anew.
STEMMING = "3"

_STEMMER_OF_SCRIPT = {
    "ARMENIAN": "armenian",
    "DEVANAGARI": "hindi",
    "GREEK": "greek",
    "LATIN": "english",
    "TAMIL": "tamil",
}


def clean_unicode(text: str) -> tuple[str, int]:
    """Return `text` in NFC without what no reader can see, and how many surrogates it had.

    Lone surrogates, which no file can store, become U+FFFD; NUL and other control
    characters, zero-width spaces, soft hyphens and direction overrides (which would show a
    quote in another order than it stands) go; every kind of line end becomes a line feed;
    every kind of space becomes a space.
    """
    surrogates = sum(0xD800 <= ord(char) <= 0xDFFF for char in text)
    if surrogates:
        text = re.sub(r"[\ud800-\udfff]", "\ufffd", text)
    text = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]", "\n", text)
    text = re.sub(r"[\t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]", " ", text)
    text = _UNSEEN.sub("", text)
    return unicodedata.normalize("NFC", text), surrogates


def fold(text: str) -> str:
    """Lower-case `text` and strip accents, vowel points and other marks.

    The result is for comparing only: its length may differ from `text`'s.
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    # Each letter is looked up once, not each time that it occurs: whole texts are folded, and
    # `translate` would take ten times as long for them.
    letters = set(folded)
    if "\u0306" in letters:
        # A letter of its own, by which Russian adjectives end.
        folded = folded.replace("и\u0306", "й")
    for char in letters:
        if char.isascii():
            continue
        if unicodedata.combining(char):
            folded = folded.replace(char, "")
        elif char in _FOLDED:
            folded = folded.replace(char, _FOLDED[char])
        elif char.isdecimal():
            folded = folded.replace(char, str(unicodedata.decimal(char)))
    return _GERSHAYIM.sub("", folded) if any("א" <= char <= "ת" for char in letters) else folded


@lru_cache(maxsize=65_536)
def key_of(surface: str) -> str:
    """Return what two spellings of one word have in common."""
    if surface[0].isdecimal():
        return fold(surface).replace(",", "").replace(" ", "")
    return fold(surface).replace(".", "").removesuffix("'s")


def tokens(text: str) -> list[str]:
    """Return the folded words and numbers of `text`, in order; "1,000" is one token."""
    return [word.removesuffix("'s").replace(",", "") for word in _WORD.findall(fold(text))]


def stems(text: str) -> list[str]:
    """Return the stems of `text`'s words, in order, function words included.

    "met" and "meet" have one stem, whatever form of an irregular verb stands there.
    """
    return [stem(word) for word in tokens(text)]


def content_stems(text: str, language: str | None = None) -> list[str]:
    """Return the stems of `text`'s words that carry meaning, in order.

    Words in letters that one language or one family of languages has are stemmed alike,
    whatever the `language`.
    """
    own = by_itself(language)
    dropped = STOPWORDS if own is None and text.isascii() else function_words(own)
    if own is None:
        return [stem(word) for word in tokens(text) if word not in dropped]
    written = ((word, fold(word)) for word in _written(text))
    return [_stem_in(own, word) for word, folded in written if folded and folded not in dropped]


@lru_cache
def function_words(language: str | None) -> frozenset[str]:
    """Return the folded words that `content_stems` leaves out in a language, None for English."""
    english = STOPWORDS if language is None else frozenset[str]()
    return english | {fold(word) for word in languages.function_words(language)}


def _written(text: str) -> Iterator[str]:
    """Yield the words of `text` in small letters, with the accents that stemmers go by.

    What is elided ("l'accord") or hung on by an apostrophe ("İstanbul'da") is a word apart.
    """
    composed = text.lower()
    if not text.isascii():
        composed = unicodedata.normalize("NFKC", text.casefold())
        for char in filter(unicodedata.combining, set(composed)):
            composed = composed.replace(char, "")
        composed = _GERSHAYIM.sub("", composed)
    for word in _WORD.findall(composed):
        if word[:1].isdigit():
            yield word.replace(",", "")
        else:
            yield from filter(None, re.split("['’]", word))


@lru_cache(maxsize=65_536)
def _stem_in(language: str, word: str) -> str:
    """Return the stem of one word as written, by the stemmer of a language."""
    if (algorithm := languages.stemmer_of(language, word)) is not None:
        return fold(_stemmer(algorithm).stemWord(word))
    folded = fold(word)
    return stem(without_article(folded) if language in languages.ARTICLE_BEHIND else folded)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the stem of one folded word, by the stemmer of its script."""
    if word[:1].isdigit():
        return word
    word = _IRREGULAR.get(word, word)
    script = unicodedata.name(word[0], "").partition(" ")[0]
    match script:
        case "CYRILLIC":
            return _stemmer("russian").stemWord(as_russian(word))
        case "HEBREW":
            return hebrew(word)
        case "ARABIC":
            return arabic(word)
        case _:
            algorithm = _STEMMER_OF_SCRIPT.get(script)
            return _stemmer(algorithm).stemWord(word) if algorithm else word


@lru_cache
def _stemmer(language: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(language)


def sentence_ranges(text: str, language: str | None = None) -> list[tuple[int, int]]:
    """Return the half-open ranges of `text`'s sentences, without surrounding space.

    A line end always ends a sentence, since in news text it ends a paragraph. Ranges are
    in order, do not overlap, and together hold every character that is not space.
    """
    code = primary(language) or "en"
    ranges: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        for start, end in _split_line(line.group(), code):
            trimmed = _trim(text, line.start() + start, line.start() + end)
            if trimmed[0] < trimmed[1]:
                ranges.append(trimmed)
    return ranges


def _split_line(line: str, language: str) -> Iterator[tuple[int, int]]:
    cursor = 0
    for boundary in get_sentence_boundaries(language, _marks_apart(line)):
        end = int(boundary["end_index"])
        # A closing quote or bracket belongs to the sentence that it closes.
        if closer := _CLOSERS.match(line, end):
            end = closer.end()
        if end > cursor and not _goes_on(line, cursor, end, language):
            yield cursor, end
            cursor = end
    if cursor < len(line):
        yield cursor, len(line)


# A mark inside a Hebrew word, or behind one that it shortens, and a quotation that begins
# behind a prefix (ב"הארץ").
_MARKED = re.compile(r"(?<=[א-ת])(?:\"(?=[א-ת])|'(?=[א-ת\s]))")
_PREFIXED = re.compile(r"(?<![א-ת])[והבכלמש]{1,3}(\")(?=[א-ת])[^\"]*[א-ת.!?,]\"(?![א-ת])")
_HEBREW = re.compile("[א-ת]")


def _marks_apart(line: str) -> str:
    """Return `line`, as long as it is, with no Hebrew word's marks looking like quotation marks."""
    if line.isascii() or not _HEBREW.search(line):
        return line
    opening = {found.start(1) for found in _PREFIXED.finditer(line)}
    return _MARKED.sub(lambda at: at.group() if at.start() in opening else "׳", line)


# An initial, which no language ends a sentence with; a dash and a small letter go on from what
# somebody said.
_INITIAL = re.compile(r"(?:^|[\s.«„“\"(-])[^\W\d_]\.$")
_SMALL = re.compile(r"\s*(?:[–—-]\s*)?([^\W\d_])")
_LONGEST_ABBREVIATION = 40
_TITLES = frozenset(("Ms", "Mx", "Amb", "Atty", "Gens", "Profs"))  # that it does not know
_LAST_WORD = re.compile(r"([^\s«„“\"(]+)\.$")


def _goes_on(line: str, start: int, end: int, language: str) -> bool:
    """Whether the splitter ended a sentence early: in English, which it knows best, at a title."""
    if is_english(language):
        titled = _LAST_WORD.search(line[max(start, end - _LONGEST_ABBREVIATION) : end].rstrip())
        return titled is not None and titled[1] in _TITLES
    following = _SMALL.match(line, end)
    if following is None:
        return False
    # Georgian letters are all small ones.
    if language != "ka" and following[1].islower():
        return True
    # An abbreviation is short; searched through a long word, the patterns take its square.
    said = line[max(start, end - _LONGEST_ABBREVIATION) : end].rstrip()
    if (initial := _INITIAL.search(said)) and not initial.group()[-2].islower():
        return True
    last = _LAST_WORD.search(said)
    return last is not None and last[1].lower() in languages.abbreviations(language)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
