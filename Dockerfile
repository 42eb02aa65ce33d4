# Not built here: no machine of this project has Docker. What it runs is what docs/guide/without-a-registry.md says.
FROM node:20-slim AS build
WORKDIR /atmqtt
COPY . .
RUN npm run bundle && mv atmqtt-*.tgz /atmqtt.tgz

FROM node:20-slim
COPY --from=build /atmqtt.tgz /tmp/atmqtt.tgz
RUN npm install --global --offline --ignore-scripts /tmp/atmqtt.tgz && rm /tmp/atmqtt.tgz
USER node
EXPOSE 7672 1883 8883
# Who reaches the AT port can do what a module can: publish these ports on 127.0.0.1 alone (-p 127.0.0.1:7672:7672).
ENTRYPOINT ["atmqtt", "module", "--no-pty", "--tcp", "0.0.0.0:7672", "--broker", "0.0.0.0:1883", "--broker-tls", "0.0.0.0:8883"]
