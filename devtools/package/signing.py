"""Signing Windows files with whatever certificate there is, on Windows (signtool) or elsewhere (osslsigncode).

The certificate is named by environment variables, never by arguments or files of the project:

- `KIWOOM_DESK_SIGN_PFX` and `KIWOOM_DESK_SIGN_PASSWORD`: a PKCS#12 file, or with `KIWOOM_DESK_SIGN_PFX_BASE64` its
  content, for servers that keep secrets as text;
- `KIWOOM_DESK_SIGN_THUMBPRINT`: a certificate in the Windows store, which may live on a token (signtool only);
- `KIWOOM_DESK_SIGN_COMMAND`: any other tool, with `{file}` for the file, for signing services;
- `KIWOOM_DESK_SIGN_TIMESTAMP`: the address of a time stamp server; without it a signature ends with its certificate.
"""

import base64
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from devtools import Stop, say
from devtools.package.processes import must, run

PREFIX = "KIWOOM_DESK_SIGN_"
UNSIGNED = "no certificate (KIWOOM_DESK_SIGN_PFX, _THUMBPRINT or _COMMAND); Windows will warn of an unknown publisher"


def can_sign(environment: Mapping[str, str] = os.environ) -> bool:
    """True when the environment names a certificate or a signing command."""
    return any(environment.get(PREFIX + name) for name in ("PFX", "PFX_BASE64", "THUMBPRINT", "COMMAND"))


def sign(files: Sequence[str]) -> int:
    """`dev.py sign FILE…`: sign in place; a clear line and success without a certificate.

    Raises:
        Stop: The signing tool failed.
    """
    if not can_sign():
        say(f"not signed: {UNSIGNED}")
        return 0
    for file in files:
        sign_file(Path(file), os.environ)
        say(f"signed {Path(file).name}")
    return 0


def sign_file(file: Path, environment: Mapping[str, str]) -> None:
    """Sign one file in place with what the environment names. Raises Stop."""
    if content := environment.get(PREFIX + "PFX_BASE64"):
        with tempfile.TemporaryDirectory() as scratch:
            bundle = Path(scratch) / "certificate.pfx"
            bundle.write_bytes(base64.b64decode(content))
            inner = {name: value for name, value in environment.items() if name != PREFIX + "PFX_BASE64"}
            sign_file(file, {**inner, PREFIX + "PFX": str(bundle)})
    elif command := environment.get(PREFIX + "COMMAND"):
        words = [word.replace("{file}", str(file)) for word in shlex.split(command)]
        must(run(words, environment=environment, limit=300), "the signing command")
    elif sys.platform == "win32":
        must(run(_signtool(file, environment), environment=environment, limit=300), "signtool")
    else:
        _osslsigncode(file, environment)


def verify(file: Path, authority: Path) -> None:
    """Check a signature against the certificate it should come from (osslsigncode). Raises Stop."""
    command = ["osslsigncode", "verify", "-CAfile", str(authority), "-in", str(file)]
    must(run(command, environment=os.environ, limit=120), f"verifying {file.name}")


@contextmanager
def throw_away_certificate() -> Iterator[tuple[dict[str, str], Path]]:
    """The environment to sign with, and the certificate: self-signed, and gone after the with-block.

    It shows that the mechanics work; nobody trusts it.
    """
    with tempfile.TemporaryDirectory() as scratch:
        key, certificate, bundle = (Path(scratch) / name for name in ("key.pem", "certificate.pem", "bundle.pfx"))
        subject = ["-subj", "/CN=kiwoom_desk trial", "-days", "2", "-addext", "extendedKeyUsage=codeSigning"]
        make = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ]
        must(run([*make, *subject], environment=os.environ, limit=120), "openssl req")
        pack = ["openssl", "pkcs12", "-export", "-inkey", str(key), "-in", str(certificate), "-out", str(bundle)]
        must(run([*pack, "-passout", "pass:trial"], environment=os.environ, limit=120), "openssl pkcs12")
        yield {**os.environ, PREFIX + "PFX": str(bundle), PREFIX + "PASSWORD": "trial"}, certificate


def _osslsigncode(file: Path, environment: Mapping[str, str]) -> None:
    """It writes beside, so the signed file takes the place of the other only when all went well."""
    if not environment.get(PREFIX + "PFX"):
        raise Stop("a certificate in the Windows store can only be used on Windows")
    signed = file.with_name(file.name + ".signed")
    stamp = environment.get(PREFIX + "TIMESTAMP")
    with tempfile.TemporaryDirectory() as scratch:
        password = Path(scratch) / "password"  # in a file, since arguments can be read by others
        password.write_text(environment.get(PREFIX + "PASSWORD", ""), encoding="utf-8")
        password.chmod(0o600)
        command = ["osslsigncode", "sign", "-pkcs12", environment[PREFIX + "PFX"], "-readpass", str(password)]
        command += ["-h", "sha256", "-n", "Kiwoom Desk", *(["-ts", stamp] if stamp else [])]
        must(run([*command, "-in", file, "-out", signed], environment=os.environ, limit=300), "osslsigncode")
    shutil.move(signed, file)


def _signtool(file: Path, environment: Mapping[str, str]) -> list[str]:
    stamp = environment.get(PREFIX + "TIMESTAMP")
    if thumbprint := environment.get(PREFIX + "THUMBPRINT"):
        certificate = ["/sha1", thumbprint]
    else:
        certificate = ["/f", environment[PREFIX + "PFX"], "/p", environment.get(PREFIX + "PASSWORD", "")]
    stamping = ["/tr", stamp, "/td", "sha256"] if stamp else []
    return ["signtool", "sign", "/fd", "sha256", *certificate, *stamping, "/d", "Kiwoom Desk", str(file)]
