# The image of one jiban process. Not built by the project's own checks: they run without a container runtime.
FROM rust:1-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libssl-dev pkg-config && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked --features pg-tls

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends libssl3 ca-certificates && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data jiban && install -d -o jiban -g jiban -m 0750 /data
COPY --from=build /src/target/release/jiban /usr/local/bin/jiban
USER jiban
WORKDIR /data
VOLUME /data
# glibc makes up to eight heaps a core, and what is freed in one serves no other: four are enough.
ENV JIBAN_DATA_DIR=/data JIBAN_BIND=0.0.0.0:8080 JIBAN_LOG_FORMAT=json MALLOC_ARENA_MAX=4
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["jiban", "healthcheck"]
CMD ["jiban", "serve"]
