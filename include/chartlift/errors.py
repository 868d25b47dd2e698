"""The errors chartlift raises: three families, one class a code.

    ChartliftError
    ├── InputError     this document is at fault: it is quarantined, its source kept
    │   ├── EmptyFile          empty-file          ├── PageTooLarge       page-too-large
    │   ├── DamagedFile        damaged-file        ├── NoPages            no-pages
    │   ├── EncryptedFile      encrypted-file      ├── NoReadablePage     no-readable-page
    │   ├── UnsupportedType    unsupported-type    ├── RenderFailed       render-failed
    │   ├── ExtensionMismatch  extension-mismatch  ├── PageTimeout        page-timeout
    │   ├── FileTooLarge       file-too-large      ├── InvalidBundle      invalid-bundle
    │   ├── TooManyPages       too-many-pages      ├── NotText            not-text
    │   ├── InvalidList        invalid-list        └── SubjectMismatch    subject-mismatch
    ├── ConfigError    we are set up wrong: not retried, an operator is told
    │   ├── InvalidSetting     invalid-setting     ├── InvalidData        invalid-data
    │   ├── MissingProgram     missing-program     ├── MissingConnection  missing-connection
    │   ├── MissingLanguage    missing-language    ├── MissingSiteKey     missing-site-key
    │   ├── UnknownEngine      unknown-engine      ├── PlaceNotAllowed    place-not-allowed
    │   ├── UnknownProfile     unknown-profile     └── FhirRefused        fhir-refused
    │   └── MissingWeights     missing-weights
    └── ServiceError   a part we depend on failed: the task tries again
        ├── StoreUnavailable   store-unavailable   ├── FhirUnavailable    fhir-unavailable
        ├── ObjectMissing      object-missing      ├── FhirConflict       fhir-conflict
        ├── StorageFull        storage-full        ├── VersionSkew        version-skew
        └── EngineCrashed      engine-crashed

A code is stable for ever: verdicts, XCom, metrics and the REST API carry it. A message is the
code, one sentence and a way to fix it; it never holds a document's words, a name or a file name.
"""

from __future__ import annotations

from typing import ClassVar


class ChartliftError(Exception):
    """An error with a stable code and a way to fix it.

    Args:
        page: the page it happened on, 1-based.
        found: the count or size that was met, where a limit was broken.
        limit: the limit that was broken, in the unit of `found`.
        subject: the setting, program or data file at fault; never anything a document says.
    """

    code: ClassVar[str]
    summary: ClassVar[str]
    fix: ClassVar[str]

    def __init__(
        self,
        *,
        page: int | None = None,
        found: int | None = None,
        limit: int | None = None,
        subject: str | None = None,
    ) -> None:
        self.page = page
        self.found = found
        self.limit = limit
        self.subject = subject
        super().__init__(self._message())

    def _message(self) -> str:
        facts = {
            "page": self.page,
            "found": self.found,
            "limit": self.limit,
            "subject": self.subject,
        }
        known = ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
        return f"{self.code}: {self.summary}{f' ({known})' if known else ''} {self.fix}"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by the facts: an error crosses from a page's child process to its parent."""
        return _rebuild, (type(self), self.page, self.found, self.limit, self.subject)


def _rebuild(
    kind: type[ChartliftError],
    page: int | None,
    found: int | None,
    limit: int | None,
    subject: str | None,
) -> ChartliftError:
    return kind(page=page, found=found, limit=limit, subject=subject)


class InputError(ChartliftError):
    """This document is at fault; it is quarantined and its source kept."""


class EmptyFile(InputError):
    """The file has no bytes."""

    code = "empty-file"
    summary = "The file has no bytes."
    fix = "Scan it again and check that the copy has finished."


class DamagedFile(InputError):
    """The file ends early or its structure cannot be read."""

    code = "damaged-file"
    summary = "The file is cut off or damaged."
    fix = "Copy or scan it again, and open it once in a viewer."


class EncryptedFile(InputError):
    """The file asks for a password."""

    code = "encrypted-file"
    summary = "The file is protected by a password."
    fix = "Save a copy without a password."


class UnsupportedType(InputError):
    """The content is of a type that is not read, or not allowed here."""

    code = "unsupported-type"
    summary = "The content is no type of document that is read here."
    fix = "Save it as PDF, PNG, JPEG, TIFF or BMP, or allow its type in `allowed_extensions`."


class ExtensionMismatch(InputError):
    """The file's extension names another type than its content."""

    code = "extension-mismatch"
    summary = "The file's extension does not fit its content."
    fix = "Give the file the extension of its content."


class FileTooLarge(InputError):
    """The file has more bytes than `max_file_size_mb` allows."""

    code = "file-too-large"
    summary = "The file is larger than allowed."
    fix = "Split it, scan at 300 dpi in grey, or raise `max_file_size_mb`."


class TooManyPages(InputError):
    """The document has more pages than `max_pages` allows."""

    code = "too-many-pages"
    summary = "The document has more pages than allowed."
    fix = "Split it, or raise `max_pages`."


class PageTooLarge(InputError):
    """A page has more inches or pixels than any sheet of paper."""

    code = "page-too-large"
    summary = "The page is larger than any sheet of paper."
    fix = "Scan the sheet again at its own size and 300 dpi."


class NoPages(InputError):
    """The document has no page at all."""

    code = "no-pages"
    summary = "The document has no page."
    fix = "Save it again as PDF with its pages."


class NoReadablePage(InputError):
    """Not one page of the document could be read."""

    code = "no-readable-page"
    summary = "No page of the document could be read."
    fix = "Look at the pages' own codes and scan it again."


class RenderFailed(InputError):
    """The renderer crashed on a page, or lost it."""

    code = "render-failed"
    summary = "The page could not be turned into a picture."
    fix = "Print the page from a viewer into a new PDF, or scan it again."


class PageTimeout(InputError):
    """A page took longer than the setting `page_seconds` allows."""

    code = "page-timeout"
    summary = "The page took too long."
    fix = "Scan it again with less noise, or raise `page_seconds`."


class InvalidBundle(InputError):
    """What was read cannot be said in valid FHIR."""

    code = "invalid-bundle"
    summary = "What was read does not make a valid FHIR bundle."
    fix = "Look at the run's validation report; nothing was sent to the server."


class NotText(InputError):
    """A text file is not UTF-8."""

    code = "not-text"
    summary = "The text is not UTF-8."
    fix = "Save it as UTF-8."


class InvalidList(InputError):
    """A list of documents is empty, too long, or not one place a line."""

    code = "invalid-list"
    summary = "The list of documents is empty, too long or not one place a line."
    fix = "Give one path or object address a line, at most `max_batch_size` in a pasted list."


class SubjectMismatch(InputError):
    """Neither name nor birth date are those of the patient who has this record number."""

    code = "subject-mismatch"
    summary = "The patient on the server has this record number and is not the one on the paper."
    fix = (
        "Compare the paper with the patient on the server; "
        "correct the record number, then clear the run."
    )


class ConfigError(ChartliftError):
    """chartlift is set up wrong; trying again does not help."""


class InvalidSetting(ConfigError):
    """A setting's name is unknown or its value out of range."""

    code = "invalid-setting"
    summary = "A setting is unknown or its value not allowed."
    fix = "Compare it with the table of settings in docs/settings.md."


class MissingProgram(ConfigError):
    """A program or library that is needed is not installed."""

    code = "missing-program"
    summary = "A program that is needed is not installed."
    fix = "Run `scripts/setup`, or `chartlift doctor` for what is missing."


class MissingLanguage(ConfigError):
    """The engine has no data for a language."""

    code = "missing-language"
    summary = "The OCR engine has no data for a language."
    fix = "Install tesseract-ocr-eng, -fra and -khm, or set `tessdata_prefix`."


class MissingWeights(ConfigError):
    """An engine is installed without the model files it reads by."""

    code = "missing-weights"
    summary = "An OCR engine has no model files."
    fix = "`chartlift doctor` says where they come from and which folder they belong in."


class UnknownEngine(ConfigError):
    """No engine of that name exists."""

    code = "unknown-engine"
    summary = "No OCR engine has this name."
    fix = "Use a name of `chartlift doctor`'s list."


class UnknownProfile(ConfigError):
    """No profile of that name exists."""

    code = "unknown-profile"
    summary = "No reading profile has this name."
    fix = "Use a profile of data/pipeline.toml."


class InvalidData(ConfigError):
    """A data file of chartlift (rules, vocabulary) does not hold what it should."""

    code = "invalid-data"
    summary = "A rule or vocabulary file is not valid."
    fix = "Correct the file and run its test."


class MissingConnection(ConfigError):
    """An Airflow connection that is needed does not exist."""

    code = "missing-connection"
    summary = "An Airflow connection is missing."
    fix = "Create it under Admin > Connections."


class MissingSiteKey(ConfigError):
    """There is no site key, so resource ids cannot be made."""

    code = "missing-site-key"
    summary = "There is no site key to make resource ids with."
    fix = "Run `scripts/setup`, and restore the key from its backup if there was one."


class PlaceNotAllowed(ConfigError):
    """A place outside the allowed roots and schemes was asked for."""

    code = "place-not-allowed"
    summary = "The place is outside the allowed roots and schemes."
    fix = "Move the documents, or add the place to `allowed_roots`."


class FhirRefused(ConfigError):
    """The FHIR server refused what we sent, or refused us."""

    code = "fhir-refused"
    summary = "The FHIR server refused the bundle or the login."
    fix = "Check the connection `fhir_default` and the server's log; the bundle is kept."


class ServiceError(ChartliftError):
    """A service or a worker failed; trying again may help."""


class StoreUnavailable(ServiceError):
    """The object store does not answer."""

    code = "store-unavailable"
    summary = "The object store does not answer."
    fix = "Check that it runs and that its connection is right."


class ObjectMissing(ServiceError):
    """The object store lacks what an earlier stage wrote."""

    code = "object-missing"
    summary = "The object store lacks what an earlier stage wrote."
    fix = "Clear the run from its first task."


class StorageFull(ServiceError):
    """No space is left."""

    code = "storage-full"
    summary = "No space is left in the store or the spool folder."
    fix = "Free some space; the task goes on by itself."


class EngineCrashed(ServiceError):
    """An OCR engine ended without an answer."""

    code = "engine-crashed"
    summary = "The OCR engine ended without an answer."
    fix = "Check memory on the worker; the task tries again."


class FhirUnavailable(ServiceError):
    """The FHIR server does not answer."""

    code = "fhir-unavailable"
    summary = "The FHIR server does not answer."
    fix = "Check that it runs and that `fhir_default` leads to it."


class FhirConflict(ServiceError):
    """Another writer changed a shared resource at the same moment, again and again."""

    code = "fhir-conflict"
    summary = "The FHIR server keeps reporting a conflict."
    fix = "The task tries again; if it goes on, look who else writes these resources."


class VersionSkew(ServiceError):
    """This worker has other versions than the run began with."""

    code = "version-skew"
    summary = "This worker has other versions than the one that began the run."
    fix = "Bring all workers to one version, then clear the run."


def is_input_error(code: str) -> bool:
    """Whether a code says that the document itself is at fault."""
    return any(kind.code == code for kind in InputError.__subclasses__())
