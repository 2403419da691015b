// A registry on 127.0.0.1 that wants credentials: `pusher` may do everything, `builder` may read, and write below
// `cache/`. It says where it listens, keeps everything in memory, and ends when its input does.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	go func() { log.Fatal(http.Serve(listener, guarded(images))) }()
	fmt.Println(listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func guarded(images http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case user == "" || password != user+"-password":
			w.Header().Set("WWW-Authenticate", `Basic realm="images"`)
			http.Error(w, `{"errors":[{"code":"UNAUTHORIZED","message":"who is it?"}]}`, http.StatusUnauthorized)
		case user == "pusher" || reads || strings.HasPrefix(r.URL.Path, "/v2/cache/"):
			fmt.Fprintf(os.Stderr, "%s %s %s\n", user, r.Method, r.URL.Path)
			images.ServeHTTP(w, r)
		default:
			http.Error(w, `{"errors":[{"code":"DENIED","message":"not yours"}]}`, http.StatusForbidden)
		}
	})
}
