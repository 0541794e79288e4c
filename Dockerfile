# The images of the project, by --target: `wheelwright`, and the access plugins `secretreader` and `kubeconfig-secretreader`.
# What they contain runs on every processor alike, so that only the base differs: nothing runs in an emulator.
# Dependabot renews the digests; both are those of an index of several platforms.
ARG BUILD_BASE=node:24.21.0-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe
ARG BASE=gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e

FROM --platform=$BUILDPLATFORM ${BUILD_BASE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
# Where the base has its Node. There is no `env` in it that could look for one.
RUN npm run build -- --interpreter=/nodejs/bin/node

# Plugins are no images that run: Kubernetes mounts their files, and the operator runs them on its own Node.
FROM scratch AS secretreader
LABEL org.opencontainers.image.title="wheelwright-secretreader" \
      org.opencontainers.image.description="Access plugin for the image of Wheelwright: tokens from Secrets of the hub" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/wheelwright/wheelwright"
COPY --from=build --chmod=0555 /build/dist/plugins/secretreader-plugin /secretreader-plugin
COPY --from=build --chmod=0555 /build/dist/plugins/secretreader-plugin /bin/secretreader-plugin
COPY --from=build --chmod=0444 /build/LICENSE /build/dist/THIRD-PARTY-NOTICES /
USER 65532:65532

FROM scratch AS kubeconfig-secretreader
LABEL org.opencontainers.image.title="wheelwright-kubeconfig-secretreader" \
      org.opencontainers.image.description="Access plugin for the image of Wheelwright: kubeconfigs from Secrets of the hub" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/wheelwright/wheelwright"
COPY --from=build --chmod=0555 /build/dist/plugins/kubeconfig-secretreader-plugin /kubeconfig-secretreader-plugin
COPY --from=build --chmod=0555 /build/dist/plugins/kubeconfig-secretreader-plugin /bin/kubeconfig-secretreader-plugin
COPY --from=build --chmod=0444 /build/LICENSE /build/dist/THIRD-PARTY-NOTICES /
USER 65532:65532

FROM ${BASE} AS wheelwright
LABEL org.opencontainers.image.title="wheelwright" \
      org.opencontainers.image.description="One hub cluster keeps Knative, and event-driven workloads, true on many Kubernetes clusters" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/wheelwright/wheelwright" \
      org.opencontainers.image.documentation="https://github.com/wheelwright/wheelwright/tree/main/docs" \
      org.opencontainers.image.base.name="gcr.io/distroless/nodejs24-debian13:nonroot"
COPY --from=build --chmod=0555 /build/dist/wheelwright /usr/local/bin/wheelwright
COPY --from=build --chmod=0444 /build/dist/grpc.mjs /build/dist/otel.mjs /usr/local/bin/
COPY --from=build --chmod=0444 /build/LICENSE /build/dist/THIRD-PARTY-NOTICES /usr/share/doc/wheelwright/
# What is freed goes back to the system, instead of waiting in an arena of each thread.
ENV MALLOC_ARENA_MAX=1 \
    MALLOC_MMAP_THRESHOLD_=32768 \
    MALLOC_TRIM_THRESHOLD_=65536
USER 65532:65532
ENTRYPOINT ["/usr/local/bin/wheelwright"]
