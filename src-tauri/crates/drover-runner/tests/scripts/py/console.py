import os

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    browser = p.chromium.launch()
    page = browser.new_page()
    page.on("console", lambda message: print("console", message.type, message.text))
    page.on("dialog", lambda dialog: dialog.accept("42"))
    page.goto(os.environ["SITE"])
    page.evaluate("console.warn('careful', 1 + 1)")
    print(page.evaluate("prompt('how many?')"))
    browser.close()
