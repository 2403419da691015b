apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: registry
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 50Gi
---
apiVersion: v1
kind: Service
metadata:
  name: registry
spec:
  selector:
    app.kubernetes.io/name: registry
  ports:
    - name: registry
      port: 5000
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: registry
spec:
  strategy: {type: Recreate}
  selector:
    matchLabels:
      app.kubernetes.io/name: registry
  template:
    metadata:
      labels:
        app.kubernetes.io/name: registry
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        fsGroup: 10001
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: registry
          image: {{ image "registry" }}
          env:
            - {name: REGISTRY_STORAGE_DELETE_ENABLED, value: "true"}
          ports:
            - name: registry
              containerPort: 5000
          readinessProbe:
            httpGet: {path: /v2/, port: registry}
          resources:
            requests: {cpu: 50m, memory: 128Mi}
            limits: {memory: 512Mi}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
          volumeMounts:
            - name: data
              mountPath: /var/lib/registry
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: registry
