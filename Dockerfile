# Two stages: the first installs and builds, the second holds only what runs.
FROM node:26-trixie-slim AS build
WORKDIR /app
# Packages first: they change less often than the sources. The web app is built when its sources are there.
COPY package.json package-lock.json .npmrc ./
COPY tools/setup.mjs tools/setup.mjs
COPY tools/setup tools/setup
RUN node tools/setup.mjs start
COPY . .
RUN node tools/setup.mjs start

FROM node:26-trixie-slim
RUN install --directory --owner=node --group=node /data
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production \
    PATH=/app/node_modules/.bin:$PATH \
    HOST=0.0.0.0 \
    PORT=3000 \
    DATA_DIR=/data
# All that is written is written here: the rest may be mounted read-only (`docker run --read-only`).
VOLUME /data
EXPOSE 3000
USER node
# A server that migrates a large database may take its time before it is live.
HEALTHCHECK --interval=15s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the container's process, so that a stop reaches it and it finishes what is under way.
CMD ["node", "dist/main.js"]
