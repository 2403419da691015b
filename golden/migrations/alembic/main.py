"""A worker that uses the database."""

import time

while True:
    time.sleep(60)
