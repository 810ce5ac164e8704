# An image of the app: built in one stage, run in another as a user without rights. docs/deploy.md says how to use it.
# The version is the one of package.json's `node`: the build and the run must have the same.
ARG NODE=24.21.0

FROM node:${NODE}-bookworm-slim AS build
WORKDIR /srv/latchkey
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
# Not by npm, so that it is this image's Node that builds. The build needs TypeScript; the app does not.
RUN NEXT_TELEMETRY_DISABLED=1 node scripts/start.ts --build \
    && npm prune --omit=dev \
    && rm -rf .next/cache

FROM node:${NODE}-bookworm-slim
ENV NODE_ENV=production \
    NEXT_TELEMETRY_DISABLED=1 \
    NODE_COMPILE_CACHE=/tmp/latchkey-compiled \
    DATABASE_URL=file:/data/latchkey.db
WORKDIR /srv/latchkey
COPY --from=build /srv/latchkey ./
RUN install --directory --owner=node --group=node --mode=0700 /data
USER node
VOLUME /data
EXPOSE 3000
# The start waits for the database for up to a minute.
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm, so that the first process of the container is the one that drains on SIGTERM.
CMD ["node", "--max-semi-space-size=32", "--initial-old-space-size=48", "scripts/start.ts"]
