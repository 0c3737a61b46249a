"""The reference has every public name, once."""

import re

import wan_widgets as ww
from docs.pages import text
from wan_widgets import simulator

PAGE = text("docs/reference.md")
NAMES = re.findall(r"^\.\. auto(?:class|exception|function|data|module):: ([\w.]+)", PAGE, re.MULTILINE)


def test_every_public_name_is_there_once():
    elsewhere = {f"wan_widgets.simulator.{name}" for name in simulator.__all__}
    elsewhere |= {"wan_widgets.providers.PROVIDERS", "wan_widgets.providers.replies"}
    elsewhere.add("wan_widgets.providers.conformance.ProviderConformance")
    elsewhere.add("wan_widgets.experiments.export.export_vbench")
    assert sorted(NAMES) == sorted({*ww.__all__} | elsewhere)


def test_the_values_of_a_form_are_told():
    [told] = re.findall(r"The values of a form are the traits (.*?)\. ", PAGE, re.DOTALL)
    traits = {name for name in ww.VideoForm.class_own_traits(sync=True) if not name.startswith("_")}
    assert set(re.findall(r"`(\w+)`", told)) == traits
