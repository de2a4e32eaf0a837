"""What is a command, and what only sounds like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import Command, CommandKind, recognise

SUMMARISE = CommandKind.SUMMARISE


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (
            CommandKind.GREETING,
            "hello|Hi!|Hey there|Good morning.|HELLO PARLEY|hi, how are you?|  hello…  |Hello 👋",
        ),
        (
            CommandKind.THANKS,
            "thanks|Thank you!|Thanks a lot|many thanks|OK, thanks.|Thank you very much|No thanks"
            "|Thanks for your help|Great, thank you, that was helpful!|thank you for the summary",
        ),
        (
            CommandKind.FAREWELL,
            "bye|Goodbye!|See you later|Thanks, bye!|good night|Good-bye|That's all, thank you",
        ),
        (
            CommandKind.HELP,
            "help|Help!|What can you do?|who are you?|Who’re you?|What can I ask?|About you"
            "|how does this work?|Can you help me, please?|What’s your name?|What are you"
            "|How do I use this?|Hello, what can you do for me?"
            "|What questions can I ask you?|Are you a bot?",
        ),
        (
            CommandKind.LIST,
            "list the articles|List articles, please|Which articles do you have?|articles"
            "|what articles are there|Could you show me all the articles?|show me your sources"
            "|What’s in the library?|How many articles do you have?|do you have any articles?"
            "|Tell me which articles you have|list all articles|I'd like to see the articles"
            "|Hi! Which stories have you got?",
        ),
    ],
)
def test_small_talk_and_requests_are_recognised(kind: CommandKind, texts: str) -> None:
    for text in texts.split("|"):
        assert recognise(text) == Command(kind), text


@pytest.mark.parametrize(
    "text",
    [
        "summarise this",
        "Summarize it.",
        "Give me a summary",
        "give me a short summary, please",
        "tl;dr",
        "TL;DR?",
        "TLDR please",
        "sum up",
        "Sum it up for me",
        "Can you summarise this article?",
        "could you please summarize the article for me",
        "Summary of this story",
        "I want a brief overview",
        "What is this article about?",
        "the key points, please",
        "would you mind summarising this?",
        "What are the main points?",
        "summarise the article in a few sentences",
    ],
)
def test_without_more_this_is_what_is_summed_up(text: str) -> None:
    assert recognise(text) == Command(SUMMARISE)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("summarise article 3", (3,)),
        ("Summarize Article #3, please!", (3,)),
        ("sum up the second article", (2,)),
        ("Sum the 2nd article up", (2,)),
        ("a summary of article no. 12", (12,)),
        ("Can you give me the gist of article three?", (3,)),
        ("summarise number 4", (4,)),
        ("summarise 4", (4,)),
        ("summarise articles 2 and 3", (2, 3)),
        ("summarise articles 1, 2 and 5", (1, 2, 5)),
        ("summarise articles 2–4", (2, 3, 4)),
        ("summarise articles 2 to 4", (2, 3, 4)),
        ("summarise the latest article", (-1,)),
        ("summarise the oldest story", (1,)),
        ("What is the second article about?", (2,)),
        ("tl;dr of article 7", (7,)),
        ("summarise article 0", (0,)),
    ],
)
def test_a_number_names_an_article(text: str, numbers: tuple[int, ...]) -> None:
    assert recognise(text) == Command(SUMMARISE, numbers=numbers)


@pytest.mark.parametrize(
    "text",
    [
        "summarise the articles",
        "Summarize all articles.",
        "summarise them",
        "Sum up everything",
        "give me an overview of the news",
        "summarise all ten articles",
        "What are the articles about?",
        "a summary of all of the stories please",
    ],
)
def test_all_articles_can_be_summed_up(text: str) -> None:
    assert recognise(text) == Command(SUMMARISE, everything=True)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("summarise the Istanbul article", "istanbul"),
        ("Summarize the article about the harbour talks", "the harbour talks"),
        ("sum up the story on Çavuşoğlu", "cavusoglu"),
        ("summarise “Envoy proposes a fishing treaty”", "envoy proposes a fishing treaty"),
        ("Summarise the article titled 'Who met whom?'", "who met whom"),
        ("What is the Istanbul article about?", "istanbul"),
        ("summarise the Istanbul articles", "istanbul"),
        ("summarise the article from the Vell Courier", "the vell courier"),
    ],
)
def test_words_of_a_title_name_an_article(text: str, title: str) -> None:
    assert recognise(text) == Command(SUMMARISE, title=title)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("summarise article 1 in two sentences", 2),
        ("summarise article 1 in 3 bullet points, please", 3),
        ("Summarise article 1 in one short sentence", 1),
        ("summarise article 1 in 100 words", 4),
    ],
)
def test_a_length_can_be_asked_for(text: str, sentences: int) -> None:
    assert recognise(text) == Command(SUMMARISE, numbers=(1,), sentences=sentences)


@pytest.mark.parametrize(
    "text",
    [
        "What did the minister say hello to?",
        "What did the article in the treaty say?",
        "Who summarised the talks?",
        "How can you leave the treaty?",
        "What can Ukraine do?",
        "What does Article 5 say?",
        "What is Article 5 about?",
        "Hello, who led the delegation?",
        "Thanks, what did Lavrov say?",
        "Thanks for that, what did Lavrov say?",
        "Who said goodbye to the envoy?",
        "Who thanked the hosts?",
        "What help did Turkey offer?",
        "Who are you going to believe, Moscow or Kyiv?",
        "Who are they?",
        "What is it about?",
        "What are the talks about?",
        "Which articles of the treaty were broken?",
        "How many articles does the treaty have?",
        "Which articles mention Istanbul?",
        "List the demands of Russia",
        "List the articles of the treaty that Sudmark rejected",
        "Summarise the talks",
        "Summarise what the minister said",
        "Summarise Article 5 of the treaty",
        "Summarise the first article of the treaty",
        "Give me a summary of the agreement",
        "What was in the summary of the call?",
        "What are the key points of the proposal?",
        "Did the ministers sum up the talks?",
        "Summarise the article and tell me who led the delegation",
        "Summarise the article about who led the delegation",
        "Tell me about the harbour",
        "How does the ceasefire work?",
        "What can I do to leave Kyiv?",
        "What is the purpose of the summit?",
        "What do you know about the blockade?",
        "Is help available to refugees?",
        "Which document was signed?",
        "Who left?",
        "?",
        "",
        "   ",
    ],
)
def test_a_question_that_holds_such_words_is_none(text: str) -> None:
    assert recognise(text) is None


@given(st.text(max_size=120) | st.lists(st.sampled_from(
    ["summarise", "the", "article", "articles", "3", "two", "and", "please", "in", "#", "'", '"',
     "what is", "about", "hello", "thanks", "for", "can you", "sum", "up", "0", "-", "99th", "²"],
), max_size=9).map(" ".join))  # fmt: skip
def test_whatever_is_typed_is_read_without_an_error(text: str) -> None:
    command = recognise(text)

    assert command is None or isinstance(command, Command)


def test_a_long_text_is_read_at_once() -> None:
    assert recognise("summarise the article about " + "the talks " * 20_000) is None


@pytest.mark.parametrize(
    "text", ["What's new?", "any news", "What is the latest?", "The latest news"]
)
def test_news_is_the_newest_article(text: str) -> None:
    assert recognise(text) == Command(SUMMARISE, numbers=(-1,))


@pytest.mark.parametrize(
    "text", ["What is the latest on the port?", "What's new in Vell?", "latest"]
)
def test_news_of_something_is_a_question(text: str) -> None:
    assert recognise(text) is None
