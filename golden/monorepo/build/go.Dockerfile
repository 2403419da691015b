FROM golang:1.25.4-alpine AS build
ARG SERVICE
WORKDIR /src
COPY $SERVICE .
RUN go mod init example.org/food && CGO_ENABLED=0 go build -o /service .

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /service /service
ENTRYPOINT ["/service"]
