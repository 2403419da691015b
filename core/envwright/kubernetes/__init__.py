"""Kubernetes objects as plain JSON values: checks, file names, changes, the workload short form, Jobs, isolation.

In the order in which the pipeline calls them, for one environment:

1. `objects.objects_in`: a manifest's document becomes objects, with what is wrong with each;
   `workload.build.workload_objects`: a `workload` becomes objects;
2. `transform.transform_unit`: a unit's exclude, patches and mounts;
3. `isolation.isolate`: what an isolated environment must not own, over all units at once;
4. `secrets.take_secrets` and `jobs.take_jobs`: a Secret becomes a requirement, a Job a step;
5. `objects.finish` and `objects.report_duplicates`: namespace, owner, names;
6. `paths.manifest_paths`: where each object's file stands.

Every function is pure: an object that changes is made anew. Content is dicts, lists and scalars, as JSON has them.
"""
