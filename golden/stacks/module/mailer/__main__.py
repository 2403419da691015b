import time

while True:
    print("from module", flush=True)
    time.sleep(60)
