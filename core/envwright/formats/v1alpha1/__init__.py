"""`codex-k8s.dev/v1alpha1`: its types, its rules, and how its documents become v1-shaped ones."""

from envwright.formats.v1alpha1.contract import ServiceStack
from envwright.formats.v1alpha1.convert import to_v1
from envwright.formats.v1alpha1.texts import with_texts

__all__ = ["ServiceStack", "to_v1", "with_texts"]
