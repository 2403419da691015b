module example.org/platform/control-plane

go 1.25
