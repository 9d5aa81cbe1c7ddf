"""A throw-away certificate authority, and good and bad server certificates."""

from __future__ import annotations

import ipaddress
import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KINDS = ("good", "expired", "wrong_name", "unknown_ca", "self_signed", "tls10")
DAY = timedelta(days=1)


class Authority:
    """Signs for `localhost`, 127.0.0.1 and, behind a proxy, `clockify.test`.

    `file` is the certificate that clients must trust.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Throw-away CA")
        self.file = folder / "ca.pem"
        certificate = _certificate(self._name, self._key, self._name, self._key, ca=True)
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(self, kind: str = "good") -> ssl.SSLContext:
        """Return a server context with a certificate of that kind, one of `KINDS`."""
        path = self._folder / f"{kind}.pem"
        if not path.exists():
            path.write_bytes(self._chain(kind))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "tls10":
            _only_tls10(context)
        context.load_cert_chain(path)
        return context

    def _chain(self, kind: str) -> bytes:
        key = ec.generate_private_key(ec.SECP256R1())
        host = "elsewhere.invalid" if kind == "wrong_name" else "localhost"
        name, issuer, signing = _name(host), self._name, self._key
        if kind == "unknown_ca":
            issuer, signing = _name("Nobody's CA"), ec.generate_private_key(ec.SECP256R1())
        elif kind == "self_signed":
            issuer, signing = name, key
        certificate = _certificate(name, key, issuer, signing, host=host, expired=kind == "expired")
        return key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + certificate.public_bytes(serialization.Encoding.PEM)


def _only_tls10(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    name: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    signing: ec.EllipticCurvePrivateKey,
    *,
    host: str | None = None,
    ca: bool = False,
    expired: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    ends = now - DAY if expired else now + 30 * DAY
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - 40 * DAY)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if host is not None:
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host == "localhost":
            names.append(x509.DNSName("clockify.test"))
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signing, hashes.SHA256())
