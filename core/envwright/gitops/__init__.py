"""Argo CD and Flux in place of the built-in reconciler.

- `lacks`: what of a stack they cannot carry
- `waves`: the order of a plan as numbers, for Argo CD
- `marks`, `controller`: what both have in common
- `argocd`, `flux`: marks on the objects, and the objects that point the controller to the tree
- `tree`: a layout made ready for the tool that the stack names
"""
