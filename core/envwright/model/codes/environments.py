"""Codes EW300-EW399: environments, namespaces and images."""

ENVIRONMENTS: dict[str, str] = {
    "EW300": "unknown environment",
    "EW301": "environments inherit in a cycle",
    "EW302": "a slot environment needs a slot",
    "EW303": "this environment takes no slots",
    "EW304": "the slot is outside the allowed range",
    "EW305": "not a valid namespace name",
    "EW306": "two environments share a namespace",
    "EW307": "an environment's name could be another one's slot",
    "EW308": "the namespace of a slot lacks its number",
    "EW309": "not a valid domain",
    "EW310": "unknown image",
    "EW311": "not a valid image reference",
    "EW312": "the build context cannot be read",
    "EW313": "a floating base image",
    "EW314": "an input of an image that matches no file",
    "EW315": "no such stage in the Dockerfile",
    "EW316": "not a valid pattern in .dockerignore",
    "EW320": "the platform's namespace rule",
}
