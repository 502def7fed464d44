import os

from playwright.sync_api import sync_playwright

site = os.environ["SITE"]
with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context()
    context.add_cookies([{"name": "taste", "value": "sweet", "url": site}])
    page = context.new_page()
    page.goto(site + "/in")
    print(sorted(cookie["name"] + "=" + cookie["value"] for cookie in context.cookies(site)))
    context.clear_cookies(name="taste")
    page.goto(site + "/who")
    print(sorted(cookie["name"] + "=" + cookie["value"] for cookie in context.cookies(site)))
    browser.close()
