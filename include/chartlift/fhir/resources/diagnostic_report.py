"""DiagnosticReport: the laboratory sheet of one patient, and each imaging report."""

from __future__ import annotations

from chartlift.fhir.chart import Chart, Subject
from chartlift.fhir.datatypes import Resource, concept, without_empty
from chartlift.fhir.definitions import load_terms
from chartlift.fhir.identity import reference
from chartlift.fhir.provenance import evidence_of, identifier, labels
from chartlift.fhir.resources.observation import effective, observation_id
from chartlift.fhir.resources.practitioner import practitioner_ids
from chartlift.finding import Coding, ImagingStudy
from chartlift.frozen import Frozen


class ReportTerms(Frozen):
    """Category and code of one kind of report."""

    category: Coding
    code: Coding


class DiagnosticReportTerms(Frozen):
    """`data/fhir/diagnostic_report.toml`."""

    laboratory: ReportTerms
    imaging: ReportTerms


def map_diagnostic_reports(chart: Chart) -> tuple[Resource, ...]:
    """The reports of the document; () where it has neither current results nor imaging."""
    sheets = (_laboratory(chart, subject) for subject in chart.subjects)
    studies = (_imaging(chart, study) for study in chart.record.categories.imaging)
    return (*(sheet for sheet in sheets if sheet), *studies)


def _laboratory(chart: Chart, subject: Subject) -> Resource | None:
    results = [
        lab
        for lab in chart.record.categories.lab_results
        if lab.status == "current" and chart.subject_of(lab.evidence) == subject
    ]
    if not results:
        return None
    words = load_terms("diagnostic_report", DiagnosticReportTerms).laboratory
    dates = {effective(chart, lab) for lab in results}
    return without_empty(
        {
            **_base(chart, f"report:lab:{subject.index}", subject, words),
            "meta": labels(chart, doubted=any(chart.doubts(lab) for lab in results)),
            "code": concept(words.code),
            "effectiveDateTime": dates.pop() if len(dates) == 1 else None,
            "result": [reference(observation_id(chart, lab)) for lab in results],
        }
    )


def _imaging(chart: Chart, study: ImagingStudy) -> Resource:
    words = load_terms("diagnostic_report", DiagnosticReportTerms).imaging
    doubted = chart.doubts(study)
    subject = chart.subject_of(study.evidence)
    title = " ".join(part for part in (study.modality, study.body_site) if part)
    said = "\n\n".join(part for part in (study.findings, study.impression) if part)
    return without_empty(
        {
            **_base(chart, study.id, subject, words),
            "meta": labels(chart, doubted=doubted),
            "extension": evidence_of(chart, study, None),
            "code": concept(words.code, text=title or None),
            "effectiveDateTime": chart.date_of("visit", "report", of=subject),
            "conclusion": None if doubted else said,
        }
    )


def _base(chart: Chart, local: str, subject: Subject, words: ReportTerms) -> Resource:
    organization = chart.organization_id
    context = chart.context
    return {
        "resourceType": "DiagnosticReport",
        "id": chart.resource_id("DiagnosticReport", local, subject=subject.id),
        "identifier": identifier(chart, local),
        "status": "preliminary",
        "category": [concept(words.category)],
        "subject": reference(subject.id),
        "performer": [reference(organization)] if organization else None,
        "resultsInterpreter": [reference(person) for person in practitioner_ids(chart)],
        "presentedForm": [{"contentType": context.content_type, "url": context.source_address}],
    }
