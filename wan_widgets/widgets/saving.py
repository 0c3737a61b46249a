"""What a notebook that was executed without a browser keeps of a widget.

nbclient, and with it papermill and nbconvert, writes the state of every widget into the notebook. It gathers the state
from all messages that have one. Much of it is of no use without a kernel: the code alone is five times as large as the
record of a clip.
"""

from typing import Any

from ipywidgets import Widget

from wan_widgets.files.here import kernel_shell


def leave_out(widget: Widget, **values: Any) -> None:
    """Let an executed notebook keep these values in place of the present ones.

    The message is one of those that a browser hands to the widget's own code, which does not know it. nbclient takes
    the state out of it all the same.
    """
    if kernel_shell() is not None and widget.comm is not None:
        widget.comm.send({"method": "custom", "content": {"kind": "saving"}, "state": values})
