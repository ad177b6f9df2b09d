"""A studio's key and certificates for tests, made when they are needed: nothing secret lies in the repository."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple


class TestKey(NamedTuple):
    """PEM: the signer's certificate with the one that vouches for it, the signer's key, and the latter certificate."""

    __test__ = False
    chain: bytes
    key: bytes
    anchor: bytes


def make_key(private: Any = None, passphrase: bytes = b"") -> TestKey:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    authority, signer = ec.generate_private_key(ec.SECP256R1()), private or ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def name(words: str) -> Any:
        studio = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test studio")
        return x509.Name([studio, x509.NameAttribute(NameOID.COMMON_NAME, words)])

    def certificate(subject: str, public: Any, usage: int, is_authority: bool) -> Any:
        uses = [place == usage for place in range(9)]
        made = x509.CertificateBuilder(name("Test authority"), name(subject), public, x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(30))
        made = made.add_extension(x509.BasicConstraints(is_authority, None), True)
        made = made.add_extension(x509.KeyUsage(*uses), True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        behind = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
        made = made.add_extension(behind, False)
        if not is_authority:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
        return made.sign(authority, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    anchor = certificate("Test authority", authority.public_key(), 5, True)
    leaf = certificate("Test signer", signer.public_key(), 0, False)
    closed = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    return TestKey(leaf + anchor, signer.private_bytes(serialization.Encoding.PEM, form, closed), anchor)
