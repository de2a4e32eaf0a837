"""Languages other than English: their codes, how a text's is found, and their words.

A code is a language tag as pages give it ("pt-BR"); what counts of it is its first part. Most
languages can be told by their script, and their words are stemmed by it, so that nobody need
know the language; the others' words are stemmed by the language of their article. The lists of
words are in `languages.toml`. Nothing here knows what a word is; see `text`.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# What news is written in, and the bundled identifier knows. What few write in it takes for a
# neighbour's now and then (Galician, Latin, Scots): it may not answer these.
_NEWS = (
    *("ar", "az", "be", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi"),
    *("fr", "he", "hi", "hr", "hu", "hy", "id", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk"),
    *("nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "th", "tr", "uk"),
    *("ur", "uz", "vi", "zh"),
)

# Snowball's stemmers of the languages that script alone does not tell. Accents matter to them.
_STEMMERS = {
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hr": "serbian",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "sr": "serbian",
    "sv": "swedish",
    "tr": "turkish",
}
# Bulgarian and Macedonian are stemmed as Russian is, but for the article behind a noun.
ARTICLE_BEHIND = frozenset(("bg", "mk"))
# Their function words are no other language's words in the same letters.
_BY_SCRIPT = ("ar", "be", "el", "fa", "he", "ru", "uk")

_TAG = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8}){0,3})(?:\.[\w-]+)?")
# What tags that name no language begin with.
_NO_LANGUAGE = frozenset(("mis", "mul", "und", "zxx"))

# What is looked at: an article's language shows in its first lines.
_READ = 3_000
# So, of 1,227 English news texts (AllSides), 871 paragraphs (SQuAD) and 2,571 sentences of news
# (BABE), cut at 400, 200, 100 and 50 characters, none was taken for another language, and of
# snippets in 33 languages none for a wrong one.
_FEWEST_LETTERS = 40
_SURE = 0.9
# None of these is a common word of another language in the same letters; of English news they
# are a fifth of the words and more, of other languages' hardly one in a hundred.
_COMMONEST = frozenset(
    (
        *("the", "of", "and", "that", "with", "which", "from", "their", "this", "were", "have"),
        *("been", "would", "they", "after", "said", "for", "has", "who", "by", "its", "it"),
    )
)
_PLAIN_SHARE = 0.1
_FEWEST_WORDS = 20


@lru_cache(maxsize=4_096)
def primary(code: str | None) -> str:
    """Return the language whose words a code's are, empty if there is no code."""
    language = _named(code or "")
    return _tables()["written_as"].get(language, language)


def _named(tag: str) -> str:
    """Return the part of a tag that names the language, as today's codes do."""
    language = re.split(r"[-_]", tag, maxsplit=1)[0].lower()
    return _codes().get(language, language)


def is_english(code: str | None) -> bool:
    """Whether a text of this language is English, as every text counts of which it is unknown."""
    return primary(code) in ("", "en")


def normalise(given: str) -> str | None:
    """Return the code that a page's `given` stands for, or None if it names no language.

    "en-US" stays as it is; "English", "EN_us" and "eng" are tidied.
    """
    first = re.split(r"[\s(,;/]", given.strip(), maxsplit=1)[0]
    if (code := _codes().get(first.lower())) is not None:
        return code
    tag = _TAG.fullmatch(first)
    if tag is None or tag[1].lower() in _NO_LANGUAGE:
        return None
    rest = (_cased(part) for part in re.split(r"[-_]", tag[2])[1:])
    return "-".join((_named(tag[1]), *rest))


def _cased(subtag: str) -> str:
    """Return a script as "Hant", a region as "TW", anything else in small letters."""
    if len(subtag) == 4 and subtag.isalpha():
        return subtag.capitalize()
    return subtag.upper() if len(subtag) == 2 else subtag.lower()


def settle(given: str | None, text: str) -> str | None:
    """Return the language of an article whose page says `given`, if anything.

    Pages made from an English template say so of whatever they hold: where one of the two is
    English, the text itself is believed.
    """
    code = normalise(given) if given else None
    found = detect(text)
    if code is None or (found and is_english(code) != is_english(found)):
        return found
    return code


def detect(text: str) -> str | None:
    """Return the code of the language that `text` is in, or None where that is not sure.

    What is not plainly English costs the first call half a second, and what `prepare` does.
    """
    opening = text[:_READ]
    if not needs_model(opening):
        return "en" if _is_plainly_english(opening) else None
    code, probability = _identifier().classify(opening)
    return code if probability >= _SURE else None


def needs_model(text: str) -> bool:
    """Whether `detect` has to load its model for this text, and is not too short to tell."""
    opening = text[:_READ]
    letters = sum(char.isalpha() for char in opening)
    return letters >= _FEWEST_LETTERS and not _is_plainly_english(opening)


def _is_plainly_english(text: str) -> bool:
    """Whether so many of the first words are the commonest of English that no more is needed."""
    words = re.findall(r"[^\W\d_]+", text[:_READ].lower())
    common = sum(word in _COMMONEST for word in words)
    return len(words) >= _FEWEST_WORDS and common >= _PLAIN_SHARE * len(words)


def is_prepared() -> bool:
    """Whether `prepare` was called."""
    return _identifier.cache_info().currsize > 0


def prepare() -> None:
    """Load what `detect` goes by; a process that may write no temporary file does so before."""
    _identifier()


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_NEWS)
    return identifier


def by_itself(code: str | None) -> str | None:
    """Return the language whose own rules words are stemmed by, or None if script says enough."""
    language = primary(code)
    return language if language in _STEMMERS or language in ARTICLE_BEHIND else None


def stemmer_of(code: str, word: str) -> str | None:
    """Return the Snowball stemmer of a word in a text of this language, None if it has none."""
    language = primary(code)
    if language == "sr" or unicodedata.name(word[0], "").startswith("LATIN"):
        return _STEMMERS.get(language)
    return None


def function_words(code: str | None) -> frozenset[str]:
    """Return what carries no evidence in a text of this language, as it is written.

    Of the languages that are told by their script, in a text of any language.
    """
    return _words("function_words", (*_BY_SCRIPT, primary(code)))


def abbreviations(code: str | None) -> frozenset[str]:
    """Return the abbreviations that a name may follow, in small letters, without full stops."""
    return _words("abbreviations", (primary(code),))


@cache
def _words(table: str, languages: tuple[str, ...]) -> frozenset[str]:
    lists = _tables()[table]
    return frozenset(word for code in languages for word in lists.get(code, "").split())


@cache
def _codes() -> dict[str, str]:
    """Return the code of each name, and of each other code, of a language."""
    return {name: code for code, names in _tables()["known_as"].items() for name in names.split()}


@cache
def _tables() -> dict[str, dict[str, str]]:
    file = files("vectorstore").joinpath("languages.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
