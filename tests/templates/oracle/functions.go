package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"sort"
	"strconv"
	"strings"
	"text/template"
)

// functions are those that the engine adds to Go's own, but for toYaml, which the standard library lacks.
func functions(root *template.Template, environ map[string]string) template.FuncMap {
	return template.FuncMap{
		"env": func(key string) (string, error) {
			found, ok := environ[key]
			if !ok {
				return "", errors.New("not passed")
			}
			return found, nil
		},
		"envOr": func(key, fallback string) string {
			if found := environ[key]; found != "" {
				return found
			}
			return fallback
		},
		"include": func(name string, dot any) (string, error) {
			var output strings.Builder
			err := root.ExecuteTemplate(&output, name, dot)
			return output.String(), err
		},

		"ternary": func(condition bool, a, b any) any {
			if condition {
				return a
			}
			return b
		},
		"default": func(value, fallback any) any {
			if isUnset(value) {
				return fallback
			}
			return value
		},
		"required": func(message string, value any) (any, error) {
			if isUnset(value) {
				return nil, errors.New(message)
			}
			return value, nil
		},
		"fail": func(message string) (string, error) { return "", errors.New(message) },

		"join":       join,
		"split":      func(text, separator string) []any { return anys(strings.Split(text, separator)) },
		"trim":       strings.TrimSpace,
		"trimPrefix": strings.TrimPrefix,
		"trimSuffix": strings.TrimSuffix,
		"toLower":    strings.ToLower,
		"toUpper":    strings.ToUpper,
		"replace":    strings.ReplaceAll,
		"contains":   strings.Contains,
		"hasPrefix":  strings.HasPrefix,
		"hasSuffix":  strings.HasSuffix,
		"quote":      func(value any) string { return strconv.Quote(fmt.Sprint(value)) },
		"squote":     func(value any) string { return "'" + strings.ReplaceAll(fmt.Sprint(value), "'", "''") + "'" },
		"indent":     indent,
		"nindent":    func(spaces int, text string) string { return "\n" + indent(spaces, text) },
		"slug": func(text string) string {
			return strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(text)))
		},
		"truncSHA": func(text string) string { return text[:min(12, len(text))] },
		"toString": func(value any) string { return fmt.Sprint(value) },

		"list": func(items ...any) []any { return append(make([]any, 0, len(items)), items...) },
		"dict": dict,
		"get": func(entries map[string]any, key string, fallback any) any {
			if found := entries[key]; found != nil {
				return found
			}
			return fallback
		},
		"keys": func(entries map[string]any) []any {
			names := make([]string, 0, len(entries))
			for name := range entries {
				names = append(names, name)
			}
			sort.Strings(names)
			return anys(names)
		},

		"int": toInt,
		"add": func(first int, rest ...int) (int, error) { return fold((*big.Int).Add, first, rest) },
		"mul": func(first int, rest ...int) (int, error) { return fold((*big.Int).Mul, first, rest) },
		"sub": func(a, b int) (int, error) { return fold((*big.Int).Sub, a, []int{b}) },
		"div": func(a, b int) (int, error) {
			if b == 0 {
				return 0, errors.New("division by zero")
			}
			return fold((*big.Int).Quo, a, []int{b})
		},
		"mod": func(a, b int) (int, error) {
			if b == 0 {
				return 0, errors.New("division by zero")
			}
			return fold((*big.Int).Rem, a, []int{b})
		},
		"max": func(first int, rest ...int) int {
			for _, value := range rest {
				first = max(first, value)
			}
			return first
		},
		"min": func(first int, rest ...int) int {
			for _, value := range rest {
				first = min(first, value)
			}
			return first
		},

		"toJson": toJSON,
		"b64enc": func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"sha256sum": func(text string) string {
			sum := sha256.Sum256([]byte(text))
			return hex.EncodeToString(sum[:])
		},
	}
}

func isUnset(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return strings.TrimSpace(value) == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	case map[string]string:
		return len(value) == 0
	}
	return false
}

func anys(texts []string) []any {
	items := make([]any, len(texts))
	for i, text := range texts {
		items[i] = text
	}
	return items
}

func join(items []any, separator string) string {
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = fmt.Sprint(item)
	}
	return strings.Join(texts, separator)
}

func indent(spaces int, text string) string {
	if text == "" {
		return ""
	}
	pad := strings.Repeat(" ", spaces)
	return pad + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+pad)
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("a key without a value")
	}
	entries := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("a key that is no string")
		}
		entries[name] = pairs[i+1]
	}
	return entries, nil
}

func toInt(value any) (int, error) {
	switch value := value.(type) {
	case int:
		return value, nil
	case float64:
		if value >= -1<<63 && value < 1<<63 {
			return int(value), nil
		}
	case string:
		return strconv.Atoi(value)
	}
	return 0, errors.New("no integer")
}

func fold(apply func(z, x, y *big.Int) *big.Int, first int, rest []int) (int, error) {
	total := big.NewInt(int64(first))
	for _, value := range rest {
		apply(total, total, big.NewInt(int64(value)))
		if !total.IsInt64() {
			return 0, errors.New("more than 64 bits")
		}
	}
	return int(total.Int64()), nil
}

func toJSON(value any) (string, error) {
	var output bytes.Buffer
	encoder := json.NewEncoder(&output)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return strings.TrimSuffix(output.String(), "\n"), err
}
