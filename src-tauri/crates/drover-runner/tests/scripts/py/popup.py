import os

from playwright.sync_api import sync_playwright

p = sync_playwright().start()
browser = p.chromium.launch()
context = browser.new_context()
page = context.new_page()
page.goto(os.environ["SITE"] + "/popup")
with page.expect_popup() as opened:
    page.get_by_text("Open").click()
opened.value.wait_for_load_state()
print(opened.value.title(), opened.value.url)
with context.expect_page() as second:
    page.evaluate("void window.open('/in')")
second.value.wait_for_load_state()
print(second.value.title())
second.value.close()
print(opened.value.is_closed(), second.value.is_closed())
browser.close()
p.stop()
