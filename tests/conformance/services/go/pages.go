package main

var pages = map[string]string{"/{$}": "first"}
