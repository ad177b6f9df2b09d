"""A studio's own key and certificates, by which it signs: PEM files, and nothing of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from ...errors import MediaError, RecastError

NEEDED = "Signing needs the library c2pa-python: pip install 'recast-nodes[c2pa]'."


class SigningKey(NamedTuple):
    """What a signature is made with. `chain` is PEM: the signer's certificate first, then those that vouch for it."""

    chain: bytes
    key: bytes  # PEM, not encrypted; it is held in memory only
    algorithm: str
    timestamp: str = ""  # address of a time-stamping service; without one the network is not used


def load_key(certificate: str, key: str, passphrase: str = "", timestamp: str = "") -> SigningKey:
    """The key and certificates in two PEM files. Raises MediaError, saying which file is wrong and why."""
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.x509 import load_pem_x509_certificates
    except ImportError:
        raise RecastError(NEEDED) from None
    chain, secret = _read(certificate), _read(key)
    try:
        first = load_pem_x509_certificates(chain)[0]
    except ValueError:
        raise MediaError(f"{certificate}: holds no certificate in PEM form.") from None
    try:
        private = serialization.load_pem_private_key(secret, passphrase.encode() or None)
    except TypeError:
        wrong = "is not encrypted, and a passphrase was given" if passphrase else "is encrypted: give its passphrase"
        raise MediaError(f"{key}: {wrong} (RECAST_SIGN_PASSPHRASE).") from None
    except ValueError:
        raise MediaError(f"{key}: holds no private key in PEM form, or another passphrase opens it.") from None
    if first.public_key() != private.public_key():
        raise MediaError(f"{key}: is not the key of the certificate in {certificate}.")
    form = serialization.PrivateFormat.PKCS8
    plain = private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return SigningKey(chain, plain, _algorithm(private, key), timestamp)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as problem:
        raise MediaError(f"{path}: cannot be read: {problem.strerror}.") from None


def _algorithm(key: Any, path: str) -> str:
    """The algorithm of C2PA that a kind of key is for. Raises MediaError."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, rsa.RSAPrivateKey):
        return "ps256"
    curves = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in curves:
        return curves[key.curve.name]
    raise MediaError(f"{path}: C2PA takes keys of kind P-256, P-384, P-521, RSA and Ed25519, not this one.")
