# docker build -t recall .
# What runs needs no root, no shell and no network but Redis, and writes into DATA_DIR alone: run it with a read-only root.

FROM node:24-slim AS build
WORKDIR /recall
# First what is installed, so that a change of the code alone installs nothing.
COPY package.json package-lock.json .npmrc ./
COPY clients/codegen/package.json clients/codegen/
COPY packages/recall-protocol/package.json packages/recall-protocol/
# Without scripts: they would bring a second Node.
RUN npm ci --omit=dev --ignore-scripts
COPY tsconfig.json ./
COPY src src
COPY packages packages
COPY web web
# The page is built here, and never when a container starts.
RUN node web/build.mjs

FROM node:24-slim
WORKDIR /recall
COPY --from=build /recall/package.json ./
COPY --from=build /recall/node_modules node_modules
COPY --from=build /recall/packages packages
COPY --from=build /recall/src src
COPY --from=build /recall/dist dist
# What operators use in it: node scripts/admin.ts rooms
COPY scripts/admin.ts scripts/erase.ts scripts/journal.ts scripts/
COPY harness/arguments.ts harness/
RUN mkdir --mode=700 /data && chown node:node /data
ENV NODE_ENV=production DATA_DIR=/data
USER node
VOLUME /data
EXPOSE 2567
HEALTHCHECK --interval=10s --timeout=2s --retries=3 --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 2567}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell between: the signal that ends a container has to reach the game, which hands its rooms over then.
CMD ["node", "src/main.ts"]
