"""Keys that sign commits, and the keys whose signatures count."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from envwright.adapters.git.child import Git
from envwright.model.diagnostic import refuse
from envwright.model.value import Value


class SshSigner(Value):
    """Signs with an ssh key: the file of a private key, or of a public key whose private half an agent holds."""

    key: Path


class GpgSigner(Value):
    """Signs with a gpg key by its id or fingerprint, out of the keyring in `home`."""

    key: str
    home: Path


Signer: TypeAlias = SshSigner | GpgSigner


class Signers(Value):
    """Whose signatures count: an allowed signers file of ssh (see ssh-keygen(1)), public keys exported from gpg."""

    ssh: Path | None = None
    gpg: Path | None = None


class Signature(NamedTuple):
    """What the signature of a commit is worth: only `good` is one of an allowed signer; `signer` says whose it is."""

    verdict: Literal["good", "bad", "unknown", "expired", "none"]
    signer: str


VERDICTS: dict[str, Literal["good", "bad", "unknown", "expired", "none"]] = {
    "G": "good",
    "B": "bad",
    "U": "unknown",
    "X": "expired",
    "Y": "expired",
    "R": "bad",  # by a key that was revoked
    "E": "unknown",  # by a key that is not there
    "N": "none",
}


def settings_to_sign(signer: Signer) -> tuple[dict[str, str], dict[str, str]]:
    """Return what `git commit-tree -S` needs: settings of git, and variables of its environment."""
    if isinstance(signer, SshSigner):
        return {"gpg.format": "ssh", "user.signingKey": str(signer.key.absolute())}, {}
    return {"gpg.format": "openpgp", "user.signingKey": signer.key}, {"GNUPGHOME": str(signer.home.absolute())}


def signature_of(git: Git, commit: str, signers: Signers) -> Signature:
    """Return what the signature of a commit is worth. Raises Refused: EW729 for keys that cannot be read."""
    ssh = str(_readable(signers.ssh).absolute()) if signers.ssh else "/dev/null"
    with _keyring(signers.gpg) as home:
        command = ("log", "-1", "--no-show-signature", "--format=%G?%x00%GS%x00%GF", "--end-of-options", commit)
        settings = {"gpg.ssh.allowedSignersFile": ssh}
        done = git.run(*command, settings=settings, environment={"GNUPGHOME": str(home)})
    mark, signer, key, *_ = (done.out.decode("utf-8", "replace").strip("\n") + "\0\0").split("\0")
    if mark == "U" and not key.startswith("SHA256:"):
        mark = "G"  # gpg knows of no trust in the key, but being in this keyring is what counts
    return Signature(VERDICTS.get(mark, "unknown"), signer)


def _readable(keys: Path) -> Path:
    """Return a file of keys; git would take one that is not there for one without keys."""
    try:
        keys.read_bytes()
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise refuse(
            "EW729", f"{keys} cannot be read: {why}", hint="name a file in the form of ssh-keygen(1)"
        ) from error
    return keys


@contextmanager
def _keyring(keys: Path | None) -> Iterator[Path]:
    """Make a home for gpg that holds the given public keys and nothing else."""
    with tempfile.TemporaryDirectory(prefix="envwright-gpg-") as name:
        home = Path(name)
        if keys is not None:
            command = [
                "gpg",
                "--batch",
                "--quiet",
                "--no-autostart",
                "--homedir",
                name,
                "--import",
                str(keys.absolute()),
            ]
            try:
                subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)  # noqa: S603  # fixed
            except (OSError, subprocess.CalledProcessError) as error:
                raise refuse("EW729", f"{keys} holds no public keys of gpg", hint="gpg --export --armor KEY") from error
        yield home
