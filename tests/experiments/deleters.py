"""What each of several processes does with the same clips: in a module of its own, which they can import."""

import os

from wan_widgets.experiments.gallery import delete, restore


def delete_and_restore(name, begin, folder, path, orders):
    os.chdir(folder)
    os.environ["WAN_LEDGER"] = str(path)
    for _turn in range(5):
        begin.wait(60)
        delete(orders)
        begin.wait(60)
        restore(orders)
    return True
