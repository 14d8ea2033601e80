# Two stages: the first makes a virtual environment with everything that the second needs, and stays behind
# with the tools (Node.js among them) that fetched the browser's files.
FROM python:3.11-slim-bookworm AS build
WORKDIR /source
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements-build.lock \
    && python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN /tools/bin/pip wheel --no-cache-dir --no-build-isolation --no-deps --wheel-dir /wheels . \
    && /venv/bin/pip install --no-cache-dir --no-deps --no-index /wheels/*.whl \
    && /venv/bin/python -m compileall -q /venv/lib \
    && /venv/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin madoguchi
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH MADOGUCHI_DATA_DIR=/data MADOGUCHI_LOG_FORMAT=json
USER madoguchi
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
# A desk on SQLite in one container; compose.yaml shows the same image as several on PostgreSQL.
CMD ["sh", "-c", "madoguchi migrate && exec madoguchi serve --host 0.0.0.0"]
