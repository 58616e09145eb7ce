# The image holds one static binary, the certificates of public authorities,
# and an empty data directory: no shell, no package manager, no root. Time
# zones are embedded in the binary.
#
#   docker build --build-arg VERSION=v1.2.3 -t firebreak .
#   docker run -p 8080:8080 -v firebreak-data:/data \
#     -v "$PWD/firebreak.yaml:/etc/firebreak/firebreak.yaml:ro" \
#     -e SLACK_BOT_TOKEN -e SLACK_APP_TOKEN firebreak

FROM golang:1.26 AS build
WORKDIR /src

# Dependencies first: they are fetched again only when go.mod changes.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
ARG VERSION=unreleased
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false \
      -ldflags "-s -w -X main.version=${VERSION}" \
      -o /out/bin/firebreak ./cmd/firebreak \
 && mkdir -p /out/data /out/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/bin/firebreak /firebreak
# A volume takes its first owner from the image, so /data must be ours here.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/tmp /tmp

ENV FIREBREAK_CONFIG=/etc/firebreak/firebreak.yaml \
    FIREBREAK_DATA=/data \
    FIREBREAK_LISTEN=0.0.0.0:8080

USER 65532:65532
VOLUME /data
EXPOSE 8080

# The binary asks its running self, since the image has nothing else that could.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["/firebreak", "check", "--live"]

ENTRYPOINT ["/firebreak"]
CMD ["serve"]
