"""Parley's retrieval as a LangChain retriever, for other programs' chains.

    from vectorstore.langchain import ParleyRetriever

The only module of this package that imports langchain_core.
"""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.documents import Filter
from vectorstore.retriever import ANY, Retriever


class ParleyRetriever(BaseRetriever):
    """Returns the best `k` passages as documents.

    A document's metadata holds `article_id`, `version`, `start`, `end` (code points of the
    article's text), `title`, `publisher`, `published`, `url` and `score` (0..1).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    k: int = 4
    narrow: Filter = ANY

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        found = self.retriever.retrieve(query, passages=self.k, sentences=0, narrow=self.narrow)
        return [
            Document(
                passage.text,
                id=passage.id,
                metadata={
                    "article_id": passage.article.id,
                    "version": passage.article.version,
                    "start": passage.start,
                    "end": passage.end,
                    "title": passage.article.title,
                    "publisher": passage.article.publisher,
                    "published": passage.article.published,
                    "url": passage.article.url,
                    "score": passage.score,
                },
            )
            for passage in found.passages
        ]
