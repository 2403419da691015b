module stacks.example.org/go

go 1.26
