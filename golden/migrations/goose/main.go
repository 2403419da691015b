// A worker that uses the database.
package main

import "time"

func main() {
	for {
		time.Sleep(time.Minute)
	}
}
