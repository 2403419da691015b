"""Codes EW500-EW599: manifests."""

MANIFESTS: dict[str, str] = {
    "EW500": "not a Kubernetes object",
    "EW501": "an object without a name",
    "EW502": "the same object twice",
    "EW503": "an empty variable made a null",
    "EW504": "metadata that the server owns",
    "EW505": "a patch or an exclude that matches nothing",
    "EW506": "a mount that cannot be made",
    "EW507": "not a valid Kubernetes object",
    "EW508": "a name that Kubernetes refuses",
    "EW509": "the owner of the namespace does not render",
    "EW510": "an object of the namespace's owner, made otherwise",
    "EW511": "a kind that is never stored",
    "EW512": "an API version that Kubernetes does not serve",
    "EW513": "a kind that its group does not have",
}
