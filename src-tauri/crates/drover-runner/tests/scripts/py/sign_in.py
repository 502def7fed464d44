import os
import re

from playwright.sync_api import Playwright, expect, sync_playwright


def run(playwright: Playwright) -> None:
    browser = playwright.chromium.launch(headless=True)
    context = browser.new_context(viewport={"width": 800, "height": 600})
    page = context.new_page()
    page.goto(os.environ["SITE"])
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/in"))
    print(page.url, page.locator("h1").text_content())
    page.goto(os.environ["SITE"] + "/who")
    print(page.locator("h1").inner_text(), page.evaluate("[innerWidth, innerHeight]"))
    context.close()
    browser.close()


with sync_playwright() as playwright:
    run(playwright)
