"""Operators of the stages that work on pages: split, preprocess, recognise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chartlift.model import PageRange
from chartlift.runs import Workspace
from chartlift_airflow.operators.stage import StageOperator


class SplitDocumentOperator(StageOperator):
    """Split the document into page images.

    :returns: the page ranges, each a list of first and last page, 1-based, inclusive.
    """

    def run_stage(self, workspace: Workspace) -> list[list[int]]:
        """Split, and hand on the ranges."""
        from chartlift.stages import split_document

        return [[first, last] for first, last in split_document(workspace)]


class PagesOperator(StageOperator):
    """A stage over one range of pages, usually mapped.

    :param pages: first and last page of the range, 1-based, inclusive (templated).
    """

    template_fields: Sequence[str] = (*StageOperator.template_fields, "pages")

    def __init__(self, *, pages: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pages = pages

    @property
    def page_range(self) -> PageRange:
        """The range, once its template is rendered."""
        first, last = self.pages
        return first, last


class PreprocessPagesOperator(PagesOperator):
    """Prepare a range of pages for recognition.

    :returns: how many pages were prepared.
    """

    def run_stage(self, workspace: Workspace) -> int:
        """Prepare the pages."""
        from chartlift.stages import preprocess_pages

        return preprocess_pages(workspace, self.page_range)


class OcrPagesOperator(PagesOperator):
    """Recognise the words of a range of prepared pages, and store each page as it is done.

    :returns: how many pages were read.
    """

    def run_stage(self, workspace: Workspace) -> int:
        """Read the pages."""
        from chartlift.stages import ocr_pages

        return ocr_pages(workspace, self.page_range)
