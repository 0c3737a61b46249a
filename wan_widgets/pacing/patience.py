"""How many seconds a server may take to say which model it has. Without its answer, nothing is ordered from a guess."""

AT_THE_START = 3.0
"""A form is opened, or a task is followed, which goes on without the answer."""
WHEN_ASKED = 7.0
"""A person has chosen the server, or has pressed a button."""
FOR_AN_ORDER = 20.0
"""Code orders a clip and names no model."""
