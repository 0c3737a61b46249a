"""What every provider must hold, as tests that need no network: for the package's providers, and for one of your own.

    from wan_widgets.providers.conformance import ProviderConformance

    class TestLab(ProviderConformance):
        provider = Lab()
        accepted = {"number": 17, "stage": "waiting"}
        finished = {"number": 17, "stage": "ready", "film": "/films/17.mp4"}

pytest runs this class like any other. ``TestLab().check()`` runs it without pytest.
"""

from wan_widgets.providers.conformance.suite import ProviderConformance

__all__ = ["ProviderConformance"]
