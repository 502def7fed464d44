import json
import os

from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    browser = p.chromium.launch()
    context = browser.new_context(record_har_path="traffic.har", record_har_content="omit")
    page = context.new_page()
    page.goto(os.environ["SITE"] + "/in")
    page.goto(os.environ["SITE"] + "/who")
    context.close()
    browser.close()
with open("traffic.har") as file:
    entries = json.load(file)["log"]["entries"]
for entry in entries:
    if "favicon" not in entry["request"]["url"]:
        print(entry["request"]["method"], entry["request"]["url"], entry["response"]["status"])
