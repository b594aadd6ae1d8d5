# One image for all of Huiyin: the website, the mail intake and the worker.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /opt/huiyin
COPY requirements/postgres.txt ./
# Everything comes built but dkimpy, which is published as source alone.
RUN /opt/huiyin/bin/pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: --no-binary dkimpy -r postgres.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
RUN /opt/huiyin/bin/pip install --no-cache-dir --disable-pip-version-check \
    --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
COPY --from=build /opt/huiyin /opt/huiyin
# Writes nothing but its data: the rest of the file system may be read-only.
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/huiyin
ENV PATH=/opt/huiyin/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HUIYIN_WEB_HOST=0.0.0.0 \
    HUIYIN_MAIL_HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/huiyin
VOLUME /var/lib/huiyin
EXPOSE 8000 8025
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["huiyin", "check"]
ENTRYPOINT ["huiyin"]
CMD ["serve"]
