"""Articles in other languages, from reading to quoting, with every real part between."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers import Answer
from bot.chain import AnswerChain, Question
from bot.extractive import ExtractiveEngine
from tests.conftest import ENVOY, HARBOUR
from tests.test_text import any_text
from vectorstore.corpus import Corpus
from vectorstore.embeddings import MiniLM
from vectorstore.foreign import is_foreign
from vectorstore.ingest import ingest
from vectorstore.languages import by_itself, detect, is_english, normalise, settle
from vectorstore.retriever import Retriever
from vectorstore.rows import restem
from vectorstore.text import clean_unicode, content_stems

DATA = Path(__file__).parent / "data" / "languages.jsonl"
SETS: list[dict[str, Any]] = [
    json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()
]
SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("2*.md"))

SNIPPETS = {
    "be": "Перамовы дэлегацый Норланда і Судмарка пачаліся ў панядзелак у партовым горадзе Вель. "
    "Міністр гандлю заявіла, што блакада павінна быць знятая да канца месяца.",
    "bg": "Преговорите между делегациите на Норланд и Судмарк започнаха в понеделник в град Вел. "
    "Министърът на търговията заяви, че блокадата трябва да бъде вдигната до края на месеца.",
    "cs": "Rozhovory delegací Norlandu a Sudmarku začaly v pondělí v přístavním městě Vell. "
    "Ministryně obchodu prohlásila, že blokáda musí být zrušena do konce měsíce.",
    "da": "Samtalerne mellem delegationerne fra Norland og Sudmark begyndte mandag i Vell. "
    "Handelsministeren sagde, at blokaden skal ophæves inden udgangen af måneden.",
    "fa": "گفتگوهای هیئت‌های نورلند و سودمارک روز دوشنبه در شهر بندری ول آغاز شد. وزیر بازرگانی گفت "
    "که محاصره باید تا پایان ماه برداشته شود.",
    "fi": "Norlandin ja Sudmarkin valtuuskuntien neuvottelut alkoivat maanantaina Vellissä. "
    "Kauppaministeri sanoi, että saarto on purettava ennen kuun loppua.",
    "hi": "नॉरलैंड और सुडमार्क के प्रतिनिधिमंडलों के बीच वार्ता सोमवार को वेल में शुरू हुई। "
    "व्यापार मंत्री ने कहा कि नाकाबंदी महीने के अंत तक हटाई जानी चाहिए।",
    "hu": "Hétfőn megkezdődtek a tárgyalások Norland és Sudmark küldöttségei között Vellben. "
    "A kereskedelmi miniszter kijelentette, hogy a blokádot a hónap végéig fel kell oldani.",
    "ja": "ノーランドとスードマークの代表団による会談が月曜日、港町ベルで始まった。"
    "貿易相は、封鎖は月末までに解除されなければならないと述べた。",
    "nl": "De gesprekken tussen de delegaties van Norland en Sudmark zijn begonnen in Vell. "
    "De minister verklaarde dat de blokkade voor het einde van de maand moet worden opgeheven.",
    "no": "Samtalene mellom delegasjonene fra Norland og Sudmark startet mandag i havnebyen Vell. "
    "Handelsministeren sa at blokaden må oppheves innen utgangen av måneden.",
    "pt": "As conversações entre as delegações de Norland e Sudmark começaram na segunda-feira. "
    "A ministra do Comércio declarou que o bloqueio deve ser levantado até o fim do mês.",
    "ro": "Discuțiile dintre delegațiile Norlandului și Sudmarkului au început luni în oraș. "
    "Ministra comerțului a declarat că blocada trebuie ridicată până la sfârșitul lunii.",
    "sr": "Преговори делегација Норланда и Судмарка почели су у понедељак у лучком граду Велу. "
    "Министарка трговине изјавила је да блокада мора бити укинута до краја месеца.",
    "sv": "Samtalen mellan delegationerna från Norland och Sudmark inleddes på måndagen i Vell. "
    "Handelsministern sade att blockaden måste hävas före månadens slut.",
    "tr": "Norland ve Sudmark heyetleri arasındaki görüşmeler pazartesi günü Vell'de başladı. "
    "Ticaret bakanı, ablukanın ay sonuna kadar kaldırılması gerektiğini söyledi.",
    "zh": "诺兰和苏德马克代表团周一在港口城市维尔开始会谈。贸易部长表示，封锁必须在月底前解除。"
    "双方没有发表联合声明，下一轮会谈定于五月举行。",
} | {each["language"]: each["articles"][0] for each in SETS}


@pytest.mark.parametrize("code", SNIPPETS)
def test_two_sentences_of_news_tell_their_language(code: str) -> None:
    assert detect(SNIPPETS[code]) == code


@pytest.mark.parametrize("seed", SEEDS, ids=lambda file: file.stem)
def test_english_news_is_never_taken_for_another_language(seed: Path) -> None:
    text = seed.read_text(encoding="utf-8").split("---", 2)[2].strip()

    assert detect(text) == "en"
    assert {detect(text[at : at + 200]) for at in range(0, len(text) - 200, 100)} <= {"en", None}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "22",
        "Vell",
        "Переговоры",
        "Kestrel, Orlo, Vell, Norland, Brenn, Lakon, Karst, Sudmark, Oltava",
        "12.05.2031 — 22:15, +375 29 111 22 33 " * 5,
    ],
)
def test_of_too_little_text_no_language_is_told(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("en-US", "en-US"),
        ("EN_us", "en-US"),
        ("English", "en"),
        ("eng", "en"),
        ("Русский", "ru"),
        ("français", "fr"),
        ("iw", "he"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("ru_RU.UTF-8", "ru-RU"),
        ("pt-BR, en", "pt-BR"),
        ("bs-BA", "bs-BA"),
        ("und", None),
        ("x-default", None),
        ("", None),
        ("html5", None),
    ],
)
def test_a_language_is_understood_as_pages_write_it(said: str, code: str | None) -> None:
    assert normalise(said) == code


def test_an_article_of_which_no_language_is_known_counts_as_english() -> None:
    assert is_english(None)
    assert is_english("en-GB")
    assert is_english("English")
    assert not is_english("ru")


def test_a_page_made_from_an_english_template_is_not_believed() -> None:
    russian, english = SETS[0]["articles"][0], HARBOUR.split("---")[2]

    assert settle("en-US", russian) == "ru"
    assert settle("de", english) == "en"
    assert settle("en-GB", english) == "en-GB"
    assert settle("fr-CA", "Réunion à Vell") == "fr-CA"
    assert settle(None, russian) == "ru"
    assert settle(None, "22") is None


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("fr", "négociation négociations négocié negociations"),
        ("fr", "accord l'accord l’accord d'accords"),
        ("de", "Verhandlung Verhandlungen"),
        ("de", "Straße Strasse"),
        ("es", "exigió exigir exigen"),
        ("it", "delegazione dell'delegazioni"),
        ("pt", "negociação negociações"),
        ("pl", "porozumienie porozumienia porozumieniu"),
        ("tr", "İstanbul İstanbul'da istanbul"),
        ("tr", "görüşme görüşmeler görüşmelerin"),
        ("ro", "delegația delegațiile delegaţie"),
        ("sr", "преговори преговорима pregovori pregovora"),
        ("bg", "преговори преговорите"),
        ("ru", "российский российской российская"),
        ("uk", "делегація делегації делегацією"),
        ("uk", "зв'язок зв’язок звʼязок"),
        ("be", "перамовы перамовамі"),
        ("el", "υπουργός υπουργού ΥΠΟΥΡΓΟΣ"),
        ("he", "משלחת המשלחת במשלחת משלחות"),
        ("he", "שר השר השרים"),
        ("ar", "محادثات المحادثات والمحادثات محادثة"),
        ("ar", "وفد الوفد للوفد والوفد وفدا"),
        ("fa", "مذاکره مذاكرات"),
    ],
)
def test_forms_of_a_word_are_one_word_in_its_language(code: str, forms: str) -> None:
    assert len({tuple(content_stems(form, code)) for form in forms.split()}) == 1


def test_a_russian_word_finds_its_ukrainian_likeness() -> None:
    assert content_stems("делегация Зеленского") == content_stems("делегація Зеленського")


def test_words_of_other_letters_have_one_stem_in_an_article_of_any_language() -> None:
    words = "Переговоры משלחת المحادثات υπουργός"

    assert content_stems(words, "de") == content_stems(words, "ru") == content_stems(words)


@given(any_text, st.sampled_from(["fr", "tr", "sr", "bg", "pl", "he", "xx"]))
@settings(max_examples=150, deadline=None)
def test_any_text_has_stems_that_a_word_index_can_hold(text: str, code: str) -> None:
    for stem in content_stems(clean_unicode(text)[0], code):
        assert stem.strip() == stem != ""
        assert not set('" ') & set(stem)


@pytest.mark.parametrize(
    "question",
    [
        "Who led the Norland delegation?",
        "Will Macron come?",
        "Gomel talks",
        "UN envoy on the war",
        "Charles de Gaulle airport meeting",
        "Who is Владимир Зеленский?",
        "Was there a deal in Geneva?",
    ],
)
def test_english_is_english_beside_articles_in_other_languages(question: str) -> None:
    assert not is_foreign(question, tuple(SNIPPETS))


def test_latin_letters_are_english_where_all_articles_are() -> None:
    assert not is_foreign("Qui dirigeait la délégation ?", ())
    assert is_foreign("Кто возглавил делегацию?", ())


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """A library of English articles and of others in every language at hand."""
    folder = tmp_path_factory.mktemp("mixed")
    inputs = folder / "inputs"
    inputs.mkdir()
    (inputs / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    (inputs / "envoy.md").write_text(ENVOY, encoding="utf-8")
    with (inputs / "others.jsonl").open("w", encoding="utf-8") as file:
        for each in SETS:
            for text in each["articles"]:
                row = {"text": text, "language": each["language"], "publisher": each["language"]}
                file.write(json.dumps(row) + "\n")
    with Corpus.own(folder / "home", MiniLM(), "test") as corpus:
        report = ingest(corpus, [str(inputs)])
        assert report.count("rejected") == 0
        yield corpus


def ask(corpus: Corpus, question: str) -> Answer:
    answer = AnswerChain(Retriever(corpus), ExtractiveEngine()).invoke(Question(question))
    for citation in (*answer.citations, *answer.nearest):
        article = corpus.library.article(citation.article_id)
        assert citation.quote == article.text[citation.start : citation.end] != ""
    return answer


@pytest.mark.parametrize(
    ("language", "question", "words"),
    [(each["language"], *asked) for each in SETS for asked in each["asked"]],
)
def test_a_question_is_answered_by_the_sentence_in_its_language(
    mixed: Corpus, language: str, question: str, words: str
) -> None:
    answer = ask(mixed, question)

    assert answer.sentences
    assert words in answer.sentences[0].text
    assert answer.citations[0].publisher == language
    assert all(sentence.status == "verified" for sentence in answer.sentences)


@pytest.mark.parametrize("question", [q for each in SETS for q in each["absent"]])
def test_what_no_article_says_is_refused_in_any_language(mixed: Corpus, question: str) -> None:
    answer = ask(mixed, question)

    assert answer.refused
    assert answer.nearest


def test_english_is_answered_beside_other_languages(mixed: Corpus) -> None:
    assert "Ana Kestrel" in ask(mixed, "Who led the Norland delegation?").text
    assert "22 ships" in ask(mixed, "How many ships were waiting outside the harbour?").text


def test_a_question_whose_language_no_article_is_in_is_refused_with_what_is_nearest(
    filled: Corpus,
) -> None:
    answer = ask(filled, "Кто возглавил делегацию Норланда?")

    assert answer.refused
    assert answer.nearest


def test_a_question_in_an_article_answers_none_in_any_script(corpus: Corpus, take_in) -> None:
    take_in(
        '{"text": "هل تنتهي الحرب هذا العام؟ قال الوزير إن الحرب ستنتهي.", "language": "ar"}\n'
        '{"text": "Ποιος ηγήθηκε της αντιπροσωπείας; Ο Παπάς ηγήθηκε της.", "language": "el"}\n',
        "asking.jsonl",
    )

    assert "قال الوزير" in ask(corpus, "هل تنتهي الحرب هذا العام؟").sentences[0].text
    assert "Παπάς" in ask(corpus, "Ποιος ηγήθηκε της αντιπροσωπείας;").sentences[0].text


def test_a_hebrew_name_is_found_however_its_marks_are_typed(corpus: Corpus, take_in) -> None:
    take_in('נְשִׂיא ארה"ב הגיע לז\'נבה. המו"מ נמשך.', "he.txt")

    for asked in ("מתי הגיע נשיא ארה״ב?", "מתי הגיע נשיא ארה”ב?", "מי הגיע לז׳נבה?"):
        assert ask(corpus, asked).sentences[0].text == "נְשִׂיא ארה\"ב הגיע לז'נבה."


def words_held(corpus: Corpus) -> dict[str, list[str]]:
    rows = corpus.library.connection.execute(
        "SELECT s.article_id, w.stems FROM sentence_words w JOIN spans s ON s.rowid = w.rowid "
        "ORDER BY s.article_id, s.start"
    )
    held: dict[str, list[str]] = {}
    for article_id, stems in rows:
        held.setdefault(str(article_id), []).append(str(stems))
    return held


def test_the_word_index_made_anew_is_the_one_that_was_made_by_reading(mixed: Corpus) -> None:
    before = words_held(mixed)
    mixed.library.rebuild_words()

    assert words_held(mixed) == before


def test_a_corrected_language_is_the_one_that_words_are_indexed_by(corpus: Corpus, take_in) -> None:
    text = "Les négociateurs exigeaient des concessions."
    take_in(json.dumps({"text": text, "language": "de"}) + "\n", "fr.jsonl")
    ((article_id, read),) = words_held(corpus).items()
    corpus.library.correct(article_id, {"language": "fr"})

    with corpus.library.transaction() as connection:
        restem(connection, article_id)
    corrected = words_held(corpus)[article_id]
    assert corrected == [" ".join(content_stems(text, "fr"))] != read

    corpus.library.rebuild_words()
    assert words_held(corpus)[article_id] == corrected
    assert corpus.spans.languages() == ("fr",)


def test_the_languages_of_a_library_are_those_of_its_articles_english_aside(
    filled: Corpus, take_in
) -> None:
    assert filled.spans.languages() == ()
    take_in('{"text": "Die Gespräche dauern an.", "language": "de-AT"}\n', "de.jsonl")
    assert filled.spans.languages() == ("de",)
    assert by_itself("de-AT") == "de"
