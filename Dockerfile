# The envwright command line: docker run --rm -v "$PWD:/stack" envwright plan --env production
FROM python:3.13.9-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/envwright
COPY requirements.lock .
RUN /opt/envwright/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY core core
COPY plugins plugins
COPY hooks hooks
RUN /opt/envwright/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/envwright/bin/pip uninstall --yes hatchling pathspec tomlkit trove-classifiers pip

FROM python:3.13.9-slim-bookworm
COPY --from=build /opt/envwright /opt/envwright
ENV PATH=/opt/envwright/bin:$PATH
USER 65532:65532
WORKDIR /stack
ENTRYPOINT ["envwright"]
CMD ["--help"]
