"""The shell scripts of the Jobs. They are constants: what a stack says reaches them as arguments and variables only.

`$(` means something to the kubelet in commands, arguments and variables, so what is there goes through `literal`:
https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
"""

from __future__ import annotations

import re

from envwright_plugins.builders.place import GIT, SOURCE, THERE

# `$(NAME)` is a variable's value, `$$` is `$`
DOLLAR = re.compile(r"\$(?=[$(])")
SHA_VARIABLE = "ENVWRIGHT_SOURCE_SHA"
REPOSITORY_VARIABLE = "ENVWRIGHT_SOURCE_REPOSITORY"

# Arguments: what the answer has to contain, may be empty; then skopeo's. Only an answer that the image is not there is
# one: a registry that is down must not have the image built again. skopeo ends with 2 for it, older ones say it in the
# registry's words, and Harbor has words of its own. What is no registry may answer 404 to everything.
ASK = f"""\
set -u
content=$1
shift
answer=$(skopeo "$@" 2>&1)
case "$?:$answer" in
  0:*"$content"*)
    echo "it is there already: nothing to do"
    : >{THERE}
    ;;
  0:*) echo "its name is there, with another content" ;;
  *"pinging "*)
    printf '%s\\n' "$answer" >&2
    exit 1
    ;;
  2:* | *"manifest unknown"* | *"name unknown"* | *"404 (Not Found)"* | \\
  *"unknown: artifact "*"not found"* | *"unknown: repository "*"not found"*)
    echo "it is not there yet"
    ;;
  *)
    printf '%s\\n' "$answer" >&2
    exit 1
    ;;
esac
"""

# The commit's id is checked before git sees it, and again afterwards: neither a branch of that name nor a server that
# answers with something else is built. What git keeps of the remote goes before the build starts.
CLONE = f"""\
set -eu
if [ -e {THERE} ]; then exit; fi
sha=${SHA_VARIABLE}
case $sha in
  "") echo "which commit? whoever starts this Job writes the pod's annotation envwright.dev/source-sha" >&2; exit 1 ;;
  *[!0-9a-f]*) echo "not the id of a commit: $sha" >&2; exit 1 ;;
esac
case ${{#sha}} in
  40) format=sha1 ;;
  64) format=sha256 ;;
  *) echo "not the whole id of a commit: $sha" >&2; exit 1 ;;
esac
rm -rf {SOURCE}
git init --quiet --object-format=$format {SOURCE}
cd {SOURCE}
git remote add -- origin "${REPOSITORY_VARIABLE}"
git fetch --quiet --depth 1 origin "$sha" || git fetch --quiet origin '+refs/*:refs/all/*'
git checkout --quiet --detach "$sha"
if [ "$(git rev-parse HEAD)" != "$sha" ]; then echo "the commit is $(git rev-parse HEAD), not $sha" >&2; exit 1; fi
rm -rf .git
"""

CREDENTIALS = f"""\
!f() {{ if [ "$1" = get ]; then
  printf 'username=%s\\npassword=%s\\n' "$(cat {GIT}/username)" "$(cat {GIT}/password)"
fi; }}; f"""

UNLESS_THERE = f"""\
if [ -e {THERE} ]; then exit; fi
exec "$@"
"""


def literal(text: str) -> str:
    """Return a text as it has to stand in a command, an argument or a variable for the kubelet to leave it alone."""
    return DOLLAR.sub("$$", text)


def shell(script: str, name: str, *arguments: str) -> list[str]:
    """Return the command that runs a script with arguments, none of which the shell reads as anything but a text."""
    return ["sh", "-c", literal(script), name, *map(literal, arguments)]
