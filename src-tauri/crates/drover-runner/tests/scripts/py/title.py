import os

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    browser = p.chromium.launch()
    page = browser.new_page()
    page.goto(os.environ["SITE"])
    print(page.title(), page.locator("button").count())
    browser.close()
