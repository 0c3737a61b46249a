"""Tasks and clips as values."""

from pathlib import Path

import pytest

from wan_widgets import TaskStatus, Video, VideoTask


@pytest.mark.parametrize("status", TaskStatus)
def test_only_the_three_ends_are_terminal(status):
    ends = status in {TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED}
    assert status.is_terminal is ends
    assert VideoTask(id="1", status=status, provider="toapis").is_terminal is ends


@pytest.mark.parametrize("status", sorted(set(TaskStatus) - {TaskStatus.FAILED, TaskStatus.CANCELLED}))
def test_other_tasks_raise_nothing(status):
    task = VideoTask(id="1", status=status, provider="toapis")
    assert task.raise_for_status() is None


def test_a_signed_address_is_not_shown():
    task = VideoTask(id="1", status=TaskStatus.COMPLETED, provider="toapis", video_url="https://x/?Signature=s3cret")
    assert "s3cret" not in repr(task)
    shown = Video(path=Path("a.mp4"), width=1, height=1, duration=1.0, size=1, url="https://x/?Signature=s3cret")
    assert "s3cret" not in repr(shown)
