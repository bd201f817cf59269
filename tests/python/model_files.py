"""Model files taken apart and put together, for tests of what loading refuses."""

import json
import struct


def split(content):
    """Header and data."""
    size = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + size]), content[8 + size :]


def join(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def changed(content, edit):
    """The file with its description edited, and without checksums, as older files are."""
    header, data = split(content)
    header["__metadata__"].pop("lamina_checksum", None)
    description = json.loads(header["__metadata__"]["lamina"])
    description.pop("checksums", None)
    edit(header, description)
    header["__metadata__"]["lamina"] = json.dumps(description)
    return join(header, data)
