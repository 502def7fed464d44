import os
import sys

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    page = p.chromium.launch().new_page()
    page.goto(os.environ["SITE"] + "/in")
    print("leaving early")
    sys.exit(7)
