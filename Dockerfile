FROM node:22.22.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Not `npm ci`: it refuses a lock file that lacks another platform's optional binaries. No scripts: none is needed here.
RUN npm install --no-save --no-audit --no-fund --ignore-scripts
COPY . .
RUN npm run build \
  && npm prune --omit=dev --no-save --no-audit --no-fund --ignore-scripts

FROM node:22.22.0-bookworm-slim
# 0.0.0.0 within the container's own network; publish the port to loopback only, it has no login.
ENV NODE_ENV=production HTTP_HOST=0.0.0.0 HTTP_PORT=9464
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/cli/coldsweep.mjs cli/coldsweep.mjs
COPY --from=build /app/dist dist
USER node
EXPOSE 9464
# For scanner and worker; a verb that ends by itself is over before it counts.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/healthz`).then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
# Finds no tsx in this image, so it runs dist/cli/main.js.
ENTRYPOINT ["node", "cli/coldsweep.mjs"]
