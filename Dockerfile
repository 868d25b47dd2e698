# chartlift on the official Airflow image: what the PDF and OCR programs need, the locked packages, the code.
FROM apache/airflow:3.3.2-python3.11

# The same programs that scripts/setup installs; without the fonts, which only drawing samples needs.
# Unpinned: Debian keeps one version of a package at a time, and a pinned one vanishes.
USER 0
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    poppler-utils \
    tesseract-ocr \
    tesseract-ocr-eng \
    tesseract-ocr-fra \
    tesseract-ocr-khm \
    tesseract-ocr-osd \
  && rm -rf /var/lib/apt/lists/*

USER 50000
WORKDIR /opt/airflow

# The default build of torch brings several GB of CUDA libraries. Empty: whatever the index has.
ARG TORCH_BACKEND=cpu
# A package index of one's own, where the public one cannot be reached.
ARG UV_DEFAULT_INDEX
COPY pyproject.toml requirements.txt ./
# Versions come from the lock; what only tests need stays out.
RUN uv pip install --no-cache --compile-bytecode --requirements pyproject.toml --extra airflow --extra engines \
    --constraints requirements.txt ${TORCH_BACKEND:+--torch-backend "$TORCH_BACKEND"}

COPY LICENSE NOTICE README.md ./
COPY include include
COPY plugins plugins
COPY dags dags
# Editable, so that Airflow finds the provider entry point and the code is there once.
RUN uv pip install --no-cache --no-deps --editable . \
  && python -m compileall -q include plugins
