FROM python:3.14.0-slim
ARG SERVICE
WORKDIR /app
COPY $SERVICE .
USER 10001
CMD ["python", "app.py"]
