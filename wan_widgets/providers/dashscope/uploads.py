"""Sending files. Model Studio keeps a file in Alibaba's object storage for 48 hours, for one model.

Source: help.aliyun.com/zh/model-studio/get-temporary-file-url.
"""

import hashlib
from collections.abc import Generator, Mapping
from typing import Any

from wan_widgets.providers import replies
from wan_widgets.providers.calls import Call, FilePart, Reply
from wan_widgets.providers.dashscope.errors import file_refusal
from wan_widgets.providers.dashscope.tasks import accepted
from wan_widgets.wan.errors import UnexpectedReply
from wan_widgets.words import say

_FIELDS = {
    "OSSAccessKeyId": "oss_access_key_id",
    "Signature": "signature",
    "policy": "policy",
    "x-oss-object-acl": "x_oss_object_acl",
    "x-oss-forbid-overwrite": "x_oss_forbid_overwrite",
}
"""The names of the form's fields, in the documented order, and the policy's names of their values."""


def uploaded(ask: Call, part: FilePart, service: str) -> Generator[Call, Reply, str]:
    """Ask for an upload policy, send the file, and return its ``oss://`` address.

    A generator: yields calls, is sent their replies. `ask` is the call for the policy.
    """
    reply = yield ask
    policy = replies.mapping(accepted(reply, service).get("data"))
    host = replies.web_address(policy.get("upload_host"))
    values = {field: _value(policy, name) for field, name in _FIELDS.items()}
    folder = _value(policy, "upload_dir")
    if not host or not folder or not all(values.values()):
        raise UnexpectedReply(say("providers.upload.no_place", service=service))
    # No key can be written twice, but one file may be sent twice. So the key contains the policy's unique signature.
    key = f"{folder}/{hashlib.sha256(values['Signature'].encode()).hexdigest()[:8]}-{part.name}"
    texts = {**values, "key": key, "success_action_status": "200"}
    reply = yield Call("POST", host, form=[*texts.items(), ("file", part)])
    if reply.status_code // 100 != 2:
        raise file_refusal(reply, service)
    return f"oss://{key}"


def _value(policy: Mapping[str, Any], name: str) -> str:
    """A value of the policy, unchanged; `replies.text` would shorten it."""
    value = policy.get(name)
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) and value.isascii() and value.isprintable() else ""
