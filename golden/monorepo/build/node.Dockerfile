FROM node:24.11.0-slim
ARG SERVICE
WORKDIR /app
COPY $SERVICE .
USER 10001
CMD ["node", "server.js"]
