module example.org/migrations/goose

go 1.26
