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


Settings: TypeAlias = tuple[tuple[str, ...], dict[str, str]]
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


def settings_to_sign(signer: Signer) -> Settings:
    """Return what `git commit-tree -S` needs: options of git, and variables of its environment."""
    if isinstance(signer, SshSigner):
        return ("-c", "gpg.format=ssh", "-c", f"user.signingKey={signer.key.absolute()}"), {}
    return ("-c", "gpg.format=openpgp", "-c", f"user.signingKey={signer.key}"), {"GNUPGHOME": str(signer.home)}


def signature_of(git: Git, commit: str, signers: Signers) -> Signature:
    """Return what the signature of a commit is worth. Raises Refused: EW729 for keys that cannot be read."""
    ssh = str(signers.ssh.absolute()) if signers.ssh else "/dev/null"
    with _keyring(signers.gpg) as home:
        # what is in the keyring is allowed: no web of trust beside it
        trust = ("-c", "gpg.minTrustLevel=undefined")
        options = ("-c", f"gpg.ssh.allowedSignersFile={ssh}", *trust)
        form = ("log", "-1", "--no-show-signature", "--format=%G?%x00%GS", "--end-of-options", commit)
        done = git.run(*options, *form, environment={"GNUPGHOME": str(home)})
    mark, _, signer = done.out.decode("utf-8", "replace").strip("\n").partition("\0")
    verdict = VERDICTS.get(mark, "unknown")
    if verdict == "unknown" and mark == "U" and signers.gpg and not signer.startswith("SHA256:"):
        verdict = "good"
    return Signature(verdict, signer)


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
