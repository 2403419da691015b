# Beside the short form: what it does not cover.
apiVersion: v1
kind: ConfigMap
metadata:
  name: search-synonyms
data:
  synonyms.txt: |
{{- range $word, $same := .Vars.synonyms }}
    {{ $word }} => {{ join $same ", " }}
{{- end }}
