"""Languages and frameworks, a module each: how to tell one, run it under its reloader, and judge an edit.

What is measured and what is only read is said where it stands: "measured" is with real processes on Linux, by the
conformance kit; "documentation" names the page.
"""
