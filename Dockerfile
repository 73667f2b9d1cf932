# syntax=docker/dockerfile:1
# One static program on an empty image: no shell, no package manager, no user but its own.

FROM node:22.20.0-bookworm-slim AS assets
WORKDIR /src/assets
COPY assets/package.json assets/package-lock.json assets/.npmrc ./
RUN npm ci --no-audit --no-fund
# The style sheet keeps only what the templates use.
COPY templates ../templates
COPY assets ./
RUN npm run build

FROM golang:1.26.8 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
COPY --from=assets /src/assets/dist assets/dist
ARG VERSION=unreleased
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags "-s -w -X main.version=${VERSION}" \
    -o /image/grassroots ./cmd/grassroots
# What an empty image lacks: certificates to trust, time zones, a name for the user, and folders that the user owns.
RUN mkdir -p /image/etc/ssl/certs /image/data /image/tmp \
    && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
    && cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /image/zoneinfo.zip \
    && echo 'grassroots:x:65532:65532::/data:/nowhere' >/image/etc/passwd \
    && chown -R 65532:65532 /image/data /image/tmp

FROM scratch
COPY --from=build /image /
ENV ZONEINFO=/zoneinfo.zip \
    HOME=/data \
    GRASSROOTS_ADDR=0.0.0.0:8080 \
    GRASSROOTS_DATA_DIR=/data
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 CMD ["/grassroots", "ready"]
ENTRYPOINT ["/grassroots"]
CMD ["serve"]
