"""What somebody who has never seen an environment needs to work in it, a coding agent above all.

It is made of the render alone and holds no value of a Secret. What the stack says in its own words is shown as data:
cut, escaped, in code, so that no name and no description can pose as an instruction or as markup.
"""
