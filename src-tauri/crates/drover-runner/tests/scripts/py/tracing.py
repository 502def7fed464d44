import os
import zipfile

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context()
    context.tracing.start(screenshots=True, snapshots=True)
    page = context.new_page()
    page.goto(os.environ["SITE"])
    context.tracing.stop(path="my-trace.zip")
    print("trace.trace" in zipfile.ZipFile("my-trace.zip").namelist())
    browser.close()
