{{- /* A single Postgres with a claim of its own. A slot gets a small one. */ -}}
{{- $storage := ternary (eq .Env "production") "50Gi" "2Gi" -}}
apiVersion: v1
kind: Service
metadata:
  name: postgres
spec:
  clusterIP: None
  selector:
    app.kubernetes.io/name: postgres
  ports:
    - name: postgres
      port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: postgres
spec:
  serviceName: postgres
  replicas: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: postgres
  template:
    metadata:
      labels:
        app.kubernetes.io/name: postgres
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 999
        fsGroup: 999
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: postgres
          image: {{ image "postgres" }}
          env:
            - {name: POSTGRES_DB, value: {{ .Project }}}
            - {name: POSTGRES_USER, value: {{ .Project }}}
            - name: POSTGRES_PASSWORD
              valueFrom:
                secretKeyRef: {name: postgres, key: password}
            - {name: PGDATA, value: /var/lib/postgresql/data/pgdata}
          ports:
            - name: postgres
              containerPort: 5432
          readinessProbe:
            exec:
              command: [pg_isready, --username, {{ .Project }}]
          resources:
            requests: {cpu: 100m, memory: 256Mi}
            limits: {memory: {{ ternary (eq .Env "production") "2Gi" "512Mi" }}}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
          volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: {{ $storage }}
