# One image for all four services and for the `dondoc` command: `docker build -t dondoc .`
# It holds no server, no secret and no setting but where health answers; the rest comes from the environment.

FROM python:3.13-slim AS packages
COPY requirements-services.lock .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-services.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin dondoc
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY shared shared
COPY services services
COPY deploy deploy
COPY plans plans
COPY docs/contracts docs/contracts
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DONDOC_HTTP_HOST=0.0.0.0 \
    DONDOC_HTTP_PORT=8100
USER 10001
EXPOSE 8100
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8100/health/ready', timeout=4)"]
ENTRYPOINT ["python", "-m", "deploy.cli"]
