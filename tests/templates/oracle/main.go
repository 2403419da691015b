// The oracle renders templates with Go's own text/template, for the tests of the engine's interpreter to compare with.
//
// It reads one JSON request a line and answers with one JSON reply a line, until standard input ends.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/template"
)

type request struct {
	Template string            `json:"template"`
	Data     map[string]any    `json:"data"`
	Environ  map[string]string `json:"environ"`
}

// reply holds the output, or the error with the line that it names (0: it names none).
type reply struct {
	Output string `json:"output"`
	Error  string `json:"error"`
	Line   int    `json:"line"`
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	replies := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := replies.Encode(answer(lines.Bytes())); err != nil {
			panic(err)
		}
	}
}

func answer(line []byte) reply {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var asked request
	if err := decoder.Decode(&asked); err != nil {
		panic(err)
	}
	output, err := render(asked)
	if err != nil {
		return reply{Error: err.Error(), Line: lineOf(err.Error())}
	}
	return reply{Output: output}
}

func render(asked request) (string, error) {
	root := template.New("t").Option("missingkey=error")
	root.Funcs(functions(root, asked.Environ))
	if _, err := root.Parse(asked.Template); err != nil {
		return "", err
	}
	var output strings.Builder
	if err := root.Execute(&output, data(asked.Data)); err != nil {
		return "", err
	}
	return output.String(), nil
}

// data gives decoded JSON the types that the engine's values stand for; versions are a map of strings.
func data(decoded map[string]any) map[string]any {
	typed := value(decoded).(map[string]any)
	if versions, ok := typed["Versions"].(map[string]any); ok {
		texts := make(map[string]string, len(versions))
		for name, version := range versions {
			texts[name] = version.(string)
		}
		typed["Versions"] = texts
	}
	return typed
}

func value(decoded any) any {
	switch decoded := decoded.(type) {
	case json.Number:
		if integer, err := strconv.Atoi(decoded.String()); err == nil {
			return integer
		}
		float, err := decoded.Float64()
		if err != nil {
			panic(err)
		}
		return float
	case []any:
		// exactly as long as it is: slice may go up to the capacity
		items := make([]any, len(decoded))
		for i, item := range decoded {
			items[i] = value(item)
		}
		return items
	case map[string]any:
		entries := make(map[string]any, len(decoded))
		for name, item := range decoded {
			entries[name] = value(item)
		}
		return entries
	}
	return decoded
}

var place = regexp.MustCompile(`template: t:(\d+)`)

// lineOf finds the innermost line that an error names: include wraps one error into another.
func lineOf(message string) int {
	found := place.FindAllStringSubmatch(message, -1)
	if len(found) == 0 {
		return 0
	}
	line, err := strconv.Atoi(found[len(found)-1][1])
	if err != nil {
		panic(err)
	}
	return line
}
