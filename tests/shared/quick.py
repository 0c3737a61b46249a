"""What makes another process quick."""

QUICK = """
import os
import wan_widgets.simulator.orders
os.environ["WAN_SIMULATOR_SPEED"] = "50"
wan_widgets.simulator.orders.USUAL_FPS = 6
"""
"""For the start of a process whose simulator need not take its time, and whose clips need not run smoothly."""
SIMULATOR = f"{QUICK}\nfrom wan_widgets.simulator.__main__ import main\nmain()"
"""What ``python -m wan_widgets.simulator`` does, in such a process."""
