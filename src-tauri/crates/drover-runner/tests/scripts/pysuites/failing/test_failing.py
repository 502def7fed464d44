import os

import pytest
from playwright.sync_api import Page


def test_fails(page: Page):
    page.goto(os.environ["SITE"] + "/who")
    assert page.inner_text("h1") == "nobody"


@pytest.mark.xfail
def test_known_bug(page: Page):
    page.goto(os.environ["SITE"])
    assert page.title() == "Nothing"


@pytest.fixture
def broken():
    raise RuntimeError("the fixture is broken")


def test_has_a_broken_fixture(broken):
    pass


def test_still_runs(page: Page):
    page.goto(os.environ["SITE"])
