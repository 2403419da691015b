"""Migration tools, a module each: `tool: NAME` of a migration becomes the command that this tool is run with.

A tool that is part of the service (alembic, django, prisma, rails) runs in the service's image, in the directory of its
files. One that reads files of SQL (flyway, goose, liquibase) finds them in the image, or mounted where that has none.
"""
