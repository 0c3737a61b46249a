"""All tests of the suite, and a way to run them without pytest."""

from wan_widgets.providers.conformance.answers import Answers
from wan_widgets.providers.conformance.facts import Facts
from wan_widgets.providers.conformance.orders import Orders


class ProviderConformance(Facts, Orders, Answers):
    """What every provider must hold. Set `provider`, `accepted` and `finished` in a class of your own."""

    def check(self) -> None:
        """Run every test. Raises an `AssertionError` that lists what does not hold."""
        failed = []
        for name in sorted(name for name in dir(self) if name.startswith("test_")):
            try:
                getattr(self, name)()
            except AssertionError as error:
                failed.append(f"{name}: {error}")
            except Exception as error:  # noqa: BLE001  # the other tests have something to say, too
                failed.append(f"{name}: {type(error).__name__}: {error}")
        assert not failed, "\n".join([f"{len(failed)} tests fail.", *failed])
