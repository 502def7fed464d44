import os

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    browser = p.chromium.launch()
    one = browser.new_context(locale="fr-FR").new_page()
    two = browser.new_context(timezone_id="Asia/Tokyo").new_page()
    one.goto(os.environ["SITE"] + "/in")
    two.goto(os.environ["SITE"] + "/who")
    print(two.inner_text("h1"), one.evaluate("navigator.language"))
    print(two.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone"))
    browser.close()
