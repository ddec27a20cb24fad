# One image for every part; docker-compose.yml says which main.ts a container runs.

FROM node:24-slim AS pnpm
RUN npm install --global pnpm@12.21.0
WORKDIR /hearth

# The dashboard, and hearth-probe.mjs beside it, built.
FROM pnpm AS dashboard
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
COPY apps apps
COPY devices devices
COPY tsconfig.base.json ./
RUN pnpm install --frozen-lockfile --filter @hearth/dashboard... --filter @hearth/probe...
RUN pnpm --filter @hearth/dashboard build
RUN pnpm --filter @hearth/probe build --outDir /hearth/apps/dashboard/dist

# What the parts need to run. Copied as a workspace: below node_modules Node does not strip types.
FROM pnpm AS parts
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY packages packages
COPY apps/broker apps/broker
COPY apps/api apps/api
COPY apps/dashboard/package.json apps/dashboard/
COPY devices devices
RUN pnpm install --prod --frozen-lockfile --filter @hearth/broker... --filter @hearth/api... --filter @hearth/simulator... --filter @hearth/kit...

FROM node:24-slim
LABEL org.opencontainers.image.title="Hearth" org.opencontainers.image.licenses="MIT"
WORKDIR /hearth
COPY --from=parts /hearth ./
COPY --from=dashboard /hearth/apps/dashboard/dist apps/dashboard/dist
# By it the parts know a variable that is misspelt.
COPY .env.example ./
# A named volume takes owner and mode from here.
RUN install -d -o node -g node -m 700 /data
USER 1000:1000
ENV NODE_ENV=production HEARTH_DATA_DIR=/data HEARTH_MQTT_HOST=0.0.0.0 HEARTH_HTTP_HOST=0.0.0.0
VOLUME /data
EXPOSE 8080 1883 8083 8883 8084 8886
# The heap that `npm start` gives each part; NODE_OPTIONS does not take the second of them.
ENTRYPOINT ["node", "--max-semi-space-size=2", "--optimize-for-size"]
CMD ["apps/api/src/main.ts"]
