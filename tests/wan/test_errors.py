"""The tree of errors: what is drawn is what there is."""

import inspect
import re

import pytest

import wan_widgets
from wan_widgets.wan import errors, tasks
from wan_widgets.wan.errors import HTTPStatusError, ServerError, UnexpectedReply, WanError
from wan_widgets.wan.tasks import TaskCancelled, TaskError, TaskFailed, TaskStatus, VideoTask

CLASSES = {
    kind.__name__: kind
    for kind in {**vars(errors), **vars(tasks)}.values()
    if inspect.isclass(kind) and issubclass(kind, WanError)
}


def drawn():
    """Name and parent's name of each line of the docstring's tree."""
    path = []
    for line in errors.__doc__.splitlines():
        if match := re.match(r"([│├└─ ]*)([A-Z]\w+) {2,}\S", line):
            depth = len(match[1]) // 4
            path[depth:] = [match[2]]
            yield match[2], path[depth - 1] if depth else None
        elif match := re.match(r"([│├└─ ]*[├└]── )([A-Z]\w+)$", line):
            path[len(match[1]) // 4 :] = [match[2]]
            yield match[2], path[-2]


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes():
    tree = dict(drawn())
    assert tree.pop("WanError") is None
    assert tree == {name: kind.__bases__[0].__name__ for name, kind in CLASSES.items() if kind is not WanError}


def test_every_error_is_public():
    assert set(CLASSES) <= set(wan_widgets.__all__)


@pytest.mark.parametrize("kind", CLASSES.values())
def test_every_error_says_what_it_means(kind):
    assert len(kind.__doc__) > 20


def test_the_task_is_named_unless_the_message_does_so():
    assert str(WanError("It broke.", task_id="video_1")) == "It broke. (task video_1)"
    assert str(WanError("video_1 broke.", task_id="video_1")) == "video_1 broke."
    assert str(WanError("It broke.")) == "It broke."


def test_an_unknown_outcome_warns_of_the_bill():
    text = str(UnexpectedReply("It sent a web page.", maybe_billed=True))
    assert "may have accepted the task and bill it" in text
    assert "not sent again" in text


def test_what_happened_can_be_said_without_the_remedy():
    error = ServerError("It is in trouble.", remedy="Try again later.", status_code=500)
    assert (str(error.happened), str(error.remedy)) == ("It is in trouble.", "Try again later.")
    assert str(error.message) == str(error) == "It is in trouble. Try again later."
    bare = WanError("It broke.")
    assert (str(bare.happened), str(bare.remedy), str(bare.message)) == ("It broke.", "", "It broke.")


def test_a_status_error_carries_what_support_will_ask_for():
    error = HTTPStatusError("No.", status_code=418, code="teapot", request_id="r-1", retry_after=2.0)
    assert (error.status_code, error.code, error.request_id, error.retry_after) == (418, "teapot", "r-1", 2.0)


@pytest.mark.parametrize(("status", "kind"), [(TaskStatus.FAILED, TaskFailed), (TaskStatus.CANCELLED, TaskCancelled)])
def test_a_task_without_a_clip_raises_itself(status, kind):
    task = VideoTask(id="video_1", status=status, provider="toapis", error=TaskError("Too dark.", "dark"))
    with pytest.raises(TaskFailed) as caught:
        task.raise_for_status()
    assert type(caught.value) is kind
    assert caught.value.task is task
    assert caught.value.task_id == "video_1"
    assert str(caught.value).endswith("[dark]")


def test_a_failure_without_a_reason_says_so():
    with pytest.raises(TaskFailed, match="gave no reason"):
        VideoTask(id="video_1", status=TaskStatus.FAILED, provider="toapis").raise_for_status()
