"""chartlift lifts paper charts into FHIR; this is the library, which knows nothing of Airflow."""

__version__ = "0.1.0"
