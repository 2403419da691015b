// The control plane: one program, a command for each of its processes.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	switch command := os.Args[1]; command {
	case "serve", "gateway":
		http.HandleFunc("/", func(response http.ResponseWriter, request *http.Request) {
			fmt.Fprintf(response, "%s in %s\n", command, os.Getenv("PLATFORM_ENV"))
		})
		log.Fatal(http.ListenAndServe(":8080", nil))
	case "migrate", "preflight", "repair":
		log.Printf("%s: done", command)
	default:
		log.Fatalf("unknown command %q", command)
	}
}
