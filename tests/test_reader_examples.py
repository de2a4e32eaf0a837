"""What the reader is trained on: the right sentence, its answer's tokens, and hard wrong ones."""

from collections import Counter
from random import Random

from vectorstore.bundle import MODELS, open_tokenizer
from vectorstore.corpus import Corpus
from vectorstore.models.reader_examples import Choice, Lesson, lessons, made_items
from vectorstore.pairs import Pair, padded
from vectorstore.questionset import Item
from vectorstore.retriever import Retriever

LED = "Who led the Norland delegation?"


def _item(corpus: Corpus, question: str, answer: str | None) -> Item:
    articles = [corpus.library.article(each.id) for each in corpus.library.articles()]
    article = next(each for each in articles if "Ana Kestrel" in each.text)
    at = article.text.index(answer) if answer else 0
    spans = ((at, at + len(answer)),) if answer else ()
    return Item(question, article.id, (answer,) if answer else (), spans, None)


def test_the_tokens_of_an_answer_are_its_words_in_the_right_sentence(filled: Corpus) -> None:
    tokenizer = open_tokenizer(MODELS)

    (lesson,) = lessons(Retriever(filled), tokenizer, [_item(filled, LED, "Ana Kestrel")])

    (right,) = lesson.right
    for first, end in right.answers:
        assert tokenizer.decode(right.pair.ids[first:end]) == "ana kestrel"
    # The question and the sentence, with what parts them.
    assert tokenizer.decode(right.pair.ids[1 : right.pair.first - 1]) == LED.lower()[:-1] + "?"
    assert lesson.wrong
    assert all("ana kestrel" not in tokenizer.decode(_sentence(each.pair)) for each in lesson.wrong)


def _sentence(pair: Pair) -> list[int]:
    return pair.ids[pair.first : pair.first + len(pair.places)]


def test_a_question_without_an_answer_has_wrong_sentences_alone(filled: Corpus) -> None:
    (lesson,) = lessons(
        Retriever(filled), open_tokenizer(MODELS), [_item(filled, "Who led the navy?", None)]
    )

    assert lesson.right == ()
    drawn = lesson.draw(Random(0))
    assert len(drawn) == 2
    assert all(answer is None for _, answer in drawn)


def test_a_question_whose_answer_is_not_found_teaches_nothing(filled: Corpus) -> None:
    item = _item(filled, LED, "Ana Kestrel")
    elsewhere = Item(item.question, "another", item.answers, item.answer_spans, None)

    assert list(lessons(Retriever(filled), open_tokenizer(MODELS), [elsewhere])) == []


def test_the_right_pair_comes_first_and_its_paragraph_is_drawn_most() -> None:
    pairs = [Pair([number], 0, [(0, 1)]) for number in range(11)]
    right = Choice(pairs[0], ((0, 1),), same_paragraph=True)
    wrong = tuple(Choice(pair, (), same_paragraph=pair.ids[0] <= 2) for pair in pairs[1:])
    lesson, random = Lesson("talks", (right,), wrong), Random(1)

    drawn = [lesson.draw(random) for _ in range(2_000)]

    assert all(group[0] == (pairs[0], (0, 1)) for group in drawn)
    assert all(len({pair.ids[0] for pair, _ in group}) == 4 for group in drawn)
    seen = Counter(pair.ids[0] for group in drawn for pair, _ in group[1:])
    near, far = (sum(seen[n] for n in some) / len(some) for some in ((1, 2), range(3, 11)))
    assert 2 < near / far < 3


def test_questions_are_made_of_an_article_with_their_places(filled: Corpus) -> None:
    articles = [filled.library.article(each.id) for each in filled.library.articles()]

    items = made_items(articles, 5)

    assert 0 < len(items) <= 5
    for item in items:
        (text,) = (each.text for each in articles if each.id == item.article_id)
        ((start, end),) = item.answer_spans
        assert (text[start:end],) == item.answers


def test_pairs_are_filled_up_to_the_longest_and_masked() -> None:
    ids, mask = padded([[101, 7, 102], [101, 102]])

    assert ids.tolist() == [[101, 7, 102], [101, 102, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]
