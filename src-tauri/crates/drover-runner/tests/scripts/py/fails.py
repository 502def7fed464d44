import os

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    page = p.chromium.launch().new_page()
    page.goto(os.environ["SITE"])
    print("before")
    page.get_by_text("Sold out").click(timeout=300)
    print("never")
