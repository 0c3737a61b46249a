"""Remedies as the form words them: what is an argument in code is a field there."""

import pytest

import wan_widgets as ww


@pytest.fixture
def form():
    form = ww.VideoForm(ww.AsyncClient("dashscope", api_key="k"), prompt="An owl")
    yield form
    form.close()


def test_a_model_that_is_not_listed_is_told_by_the_field_for_it(form):
    form.model = "wan2.7-t2v-2026-04-25"

    [problem] = form._problems
    assert problem["text"].endswith('say which of these it is like: set “Fields and limits like” to "wan2.7".')
    form.like = "wan2.7"
    assert form._problems == []


def test_in_code_it_is_the_argument():
    with pytest.raises(ww.InvalidRequest, match=r'set like="wan2\.7"'):
        ww.generate("An owl", model="wan2.7-t2v-2026-04-25", provider=ww.AsyncClient("dashscope", api_key="k"))
