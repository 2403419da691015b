// Answers with the words of its pages.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
)

func main() {
	for path, text := range pages {
		http.HandleFunc("GET "+path, func(response http.ResponseWriter, _ *http.Request) { fmt.Fprintln(response, text) })
	}
	log.Fatal(http.ListenAndServe(net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")), nil))
}
