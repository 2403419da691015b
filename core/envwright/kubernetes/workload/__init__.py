"""`workload`, the short form of a unit: one container and what stands around it, as Kubernetes objects.

`build.workload_objects` is the list of all that is made. A typed Job is a workload of kind `job` (`typed_jobs`).
"""
