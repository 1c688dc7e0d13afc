# The image of `tributary serve`: docker build --tag tributary .

# GraphiQL, as `make web` builds it.
FROM node:22-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci
COPY web/index.html web/vite.config.js ./
COPY web/public public
COPY web/src src
COPY docs/operations ../docs/operations
RUN npm run build -- --outDir ../gateway/web/dist


# A virtual environment with what production needs and no installer: it is the base image's pip that fills it.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ONLY_BINARY=:all: \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements/serve.lock requirements/build.lock requirements/
RUN python -m venv --without-pip /opt/tributary && \
    pip --python /opt/tributary/bin/python install --require-hashes --requirement requirements/serve.lock
RUN python -m venv --without-pip /opt/hatchling && \
    pip --python /opt/hatchling/bin/python install --require-hashes --requirement requirements/build.lock
COPY pyproject.toml README.md LICENSE ./
COPY gateway gateway
COPY schema schema
COPY connectors connectors
COPY --from=web /src/gateway/web/dist gateway/web/dist
RUN /opt/hatchling/bin/hatchling build --target wheel --directory /opt/wheel && \
    pip --python /opt/tributary/bin/python install --no-index --no-deps /opt/wheel/*.whl


FROM python:3.13-slim
RUN groupadd --gid 10001 tributary && \
    useradd --uid 10001 --gid tributary --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin tributary
COPY --from=build /opt/tributary /opt/tributary
ENV PATH=/opt/tributary/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# Settings come from the environment; a .env mounted here is read, too.
WORKDIR /srv
USER 10001:10001
EXPOSE 8000
# Requests under way are given 20 s: `docker stop --time 30` waits for them.
STOPSIGNAL SIGTERM
# The process lives; whether it can serve is /readyz's to tell. No proxy of the environment stands between.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
    CMD ["python", "-I", "-c", "from urllib.request import ProxyHandler, build_opener; build_opener(ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["tributary"]
CMD ["serve", "--host", "0.0.0.0"]
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Tributary" \
      org.opencontainers.image.description="One GraphQL graph over the services a company runs on, and over its own records in MongoDB" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
