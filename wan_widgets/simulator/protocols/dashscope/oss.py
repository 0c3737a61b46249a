"""The temporary storage. With a signed form anybody can upload one file to ``oss://``, for one model and 48 hours.

Nothing is stored when a form is signed. The address itself contains the owner, the model and the time.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wan_widgets.simulator import ids
from wan_widgets.simulator.desk import Desk
from wan_widgets.simulator.errors import RefusalError
from wan_widgets.simulator.store import digest
from wan_widgets.simulator.uploads import MEDIA_TYPES

BUCKET = "dashscope-instant"
SCHEME = "oss://"
ADDRESS = re.compile(
    rf"oss://{BUCKET}/(?P<owner>[0-9a-f]+)/\d{{4}}-\d\d-\d\d/(?P<number>[0-9a-f]{{32}})(?P<model>[0-9a-f]{{8}})/.+"
)
ACCESS_KEY_ID = "LTAI-simulated"
SECRET = b"simulated"
"""This is no real secret: it protects nothing."""
SIGNED_SECONDS = 300
LIFETIME = 48 * 3600
MAX_MEGABYTES = 100
MEGABYTE = 1024 * 1024
LIMITS = {"expire_in_seconds": SIGNED_SECONDS, "max_file_size_mb": MAX_MEGABYTES, "capacity_limit_mb": 999_999_999}
ACL = "private"
FORBID_OVERWRITE = "true"


class Storage:
    """The objects of the storage. They are kept with the other uploads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sign(self, model_id: str, *, owner: str, host: str) -> dict[str, Any]:
        """Make the signed policy with which a file can be uploaded."""
        now = self._desk.now()
        day = datetime.fromtimestamp(now, UTC).date()
        folder = f"{BUCKET}/{owner}/{day}/{ids.hexadecimal(self._desk.new_number())}{_mark(model_id)}"
        conditions = [
            ["content-length-range", 0, MAX_MEGABYTES * MEGABYTE],
            ["starts-with", "$key", f"{folder}/"],
            {"x-oss-object-acl": ACL},
            {"x-oss-forbid-overwrite": FORBID_OVERWRITE},
        ]
        expiration = datetime.fromtimestamp(now + SIGNED_SECONDS, UTC).isoformat(timespec="milliseconds")
        text = json.dumps({"expiration": expiration.replace("+00:00", "Z"), "conditions": conditions})
        policy = base64.b64encode(text.encode()).decode()
        return {
            "policy": policy,
            "signature": signature(policy),
            "upload_dir": folder,
            "upload_host": host,
            **LIMITS,
            "oss_access_key_id": ACCESS_KEY_ID,
            "x_oss_object_acl": ACL,
            "x_oss_forbid_overwrite": FORBID_OVERWRITE,
        }

    def put(self, form: Mapping[str, str], data: bytes) -> None:
        """Keep a file that came with a form, if the policy in the form allows it."""
        check_form(form, size=len(data), now=self._desk.now())
        key = form["key"]
        if self._find(key):
            message = "The object you specified already exists and can not be overwritten."
            raise RefusalError(409, "FileAlreadyExists", message)
        self._desk.keep(data, number=_number(key))

    def find(self, address: str, model_id: str, *, owner: str) -> Path | None:
        """Find the file of an ``oss://`` address. Only its owner finds it, and only for the model it was sent for."""
        match = ADDRESS.fullmatch(address)
        if match is None or match["owner"] != owner or match["model"] != _mark(model_id):
            return None
        expired = ids.created_at(match["number"]) + LIFETIME <= self._desk.now()
        return None if expired else self._find(address.removeprefix(SCHEME))

    def _find(self, key: str) -> Path | None:
        stem = "upload_" + ids.ulid(_number(key))
        paths = (self._desk.upload(f"{stem}.{suffix}") for suffix in MEDIA_TYPES)
        return next(filter(None, paths), None)


def check_form(form: Mapping[str, str], *, size: int, now: float) -> None:
    """Check a form as the real storage does: its signature, its expiry, and what its policy allows."""
    for name in ("OSSAccessKeyId", "Signature", "policy", "key"):
        if name not in form:
            raise RefusalError(403, "AccessDenied", f"The form field {name} is missing, or comes after the file.")
    if form["OSSAccessKeyId"] != ACCESS_KEY_ID:
        message = "The OSS Access Key Id you provided does not exist in our records."
        raise RefusalError(403, "InvalidAccessKeyId", message)
    if not hmac.compare_digest(form["Signature"].encode(), signature(form["policy"]).encode()):
        message = "The request signature we calculated does not match the signature you provided."
        raise RefusalError(403, "SignatureDoesNotMatch", message)
    policy = json.loads(base64.b64decode(form["policy"]))
    if datetime.fromisoformat(policy["expiration"]).timestamp() <= now:
        raise RefusalError(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    (_, _, largest), (_, _, folder), *exact = policy["conditions"]
    if size > largest:
        raise RefusalError(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
    if not form["key"].startswith(folder) or form["key"] == folder:
        message = f'Invalid according to Policy: Policy Condition failed: ["starts-with", "$key", "{folder}"]'
        raise RefusalError(403, "AccessDenied", message)
    for name, value in (pair for condition in exact for pair in condition.items()):
        if form.get(name) != value:
            message = f'Invalid according to Policy: Policy Condition failed: ["eq", "${name}", "{value}"]'
            raise RefusalError(403, "AccessDenied", message)


def signature(policy: str) -> str:
    return base64.b64encode(hmac.digest(SECRET, policy.encode(), "sha1")).decode()


def _mark(model_id: str) -> str:
    return digest(model_id)[:8]


def _number(key: str) -> int:
    """The number of a file. It follows from the key, and contains the time at which the form was signed."""
    match = ADDRESS.fullmatch(SCHEME + key)
    if match is None:
        raise RefusalError(400, "InvalidObjectName", "The specified object is not valid.")
    chance = hashlib.sha256(key.encode()).digest()[: ids.CHANCE // 8]
    return int(match["number"], 16) >> ids.CHANCE << ids.CHANCE | int.from_bytes(chance)
