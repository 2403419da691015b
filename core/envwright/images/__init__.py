"""Container images: references, what Dockerfiles build on, and names of built images made from their content.

- `reference`: the grammar of references, as diagnostics with hints
- `dockerfile`, `variables`: stages and base images of a Dockerfile
- `ignore`, `pattern`: which files of a context `.dockerignore` leaves
- `content`: the digest that names what a build is made of
- `stage`, `other_stage`: what a stage leaves in the image's configuration, and the image of one that is not shipped
- `resolve`: an image of the contract to the reference in use
"""
