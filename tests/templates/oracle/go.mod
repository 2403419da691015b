module envwright.dev/oracle

go 1.22
