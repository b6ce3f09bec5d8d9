"""The list of what is inside, in CycloneDX 1.6 JSON: for the tools that look for known weaknesses."""

import hashlib
import json
from pathlib import Path

from devtools.package.distributions import Part
from devtools.package.notices import Inside
from devtools.package.product import Product
from devtools.package.system_parts import SystemPart

NAME = "sbom.cdx.json"


def write_sbom(target: Path, product: Product, inside: Inside, system: str) -> int:
    """Write sbom.cdx.json into the folder `target`; the number of components.

    `system` is the system it was frozen for, as in "windows-amd64".
    """
    content = sbom(product, inside, system)
    (target / NAME).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return len(inside.found) + len(inside.from_the_system) + 1


def sbom(product: Product, inside: Inside, system: str) -> dict[str, object]:
    """The document. It holds no time and no chance, so that the same inputs give the same bytes."""
    components = [
        *map(_component, inside.found),
        *map(_system_component, inside.from_the_system),
        _python(inside.python_version),
    ]
    own = f"pkg:generic/{product.name}@{product.version}?os={system}"
    body = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": product.name,
                "version": product.version,
                "licenses": [{"license": {"id": "MIT"}}],
            },
            "properties": [{"name": "kiwoom_desk:system", "value": system}],
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [component["bom-ref"] for component in components]}],
    }
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{_uuid(json.dumps(body, sort_keys=True))}",
        "version": 1,
        **body,
    }


def _component(part: Part) -> dict[str, object]:
    reference = f"pkg:pypi/{part.name}@{part.version}"
    licence = {"expression": part.licence} if part.is_spdx else {"license": {"name": part.licence}}
    return {
        "type": "library",
        "bom-ref": reference,
        "name": part.name,
        "version": part.version,
        "description": part.summary,
        "purl": reference,
        "licenses": [licence],
    }


def _system_component(part: SystemPart) -> dict[str, object]:
    reference = f"pkg:deb/debian/{part.package}@{part.version}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": part.package,
        "version": part.version,
        "purl": reference,
    }


def _python(version: str) -> dict[str, object]:
    reference = f"pkg:generic/python@{version}"
    return {
        "type": "framework",
        "bom-ref": reference,
        "name": "python",
        "version": version,
        "purl": reference,
        "cpe": f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*",
        "licenses": [{"license": {"id": "PSF-2.0"}}],
    }


def _uuid(text: str) -> str:
    """A UUID (version 8: our own making) from the content."""
    digest = list(hashlib.sha256(text.encode("utf-8")).hexdigest()[:32])
    digest[12], digest[16] = "8", "89ab"[int(digest[16], 16) % 4]
    plain = "".join(digest)
    return "-".join((plain[:8], plain[8:12], plain[12:16], plain[16:20], plain[20:]))
