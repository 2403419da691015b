"""Every way out of a namespace that the guardrails close: an object, and what becomes of it in each mode."""

from __future__ import annotations

from tests.plugins.guardrails.vectors.core import CORE
from tests.plugins.guardrails.vectors.metadata import METADATA
from tests.plugins.guardrails.vectors.network import NETWORK
from tests.plugins.guardrails.vectors.pods import PODS
from tests.plugins.guardrails.vectors.rights import RIGHTS
from tests.plugins.guardrails.vectors.storage import STORAGE

VECTORS = [*CORE, *METADATA, *NETWORK, *PODS, *STORAGE, *RIGHTS]
