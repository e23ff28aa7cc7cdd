"""Plays 2048 in a headless Chromium of somebody in Korea and tells, as one JSON document, what came of it.

usage: browser.py CHROMIUM URL PROFILE-FOLDER

Chromium is driven through its debugging pipe (file descriptors 3 and 4, messages ended by a zero byte), which needs
nothing but the standard library.
"""

import itertools
import json
import os
import select
import subprocess
import sys
import time

LIMIT = 120
# Where keys are, and what they type in Hangul mode.
KEYS = {"ArrowLeft": "ArrowLeft", "KeyS": "ㄴ", "ArrowRight": "ArrowRight", "KeyW": "ㅈ"}
CELLS = "[...document.querySelectorAll('#cells td')].map(cell => cell.textContent)"
THROWN = "Runtime.exceptionThrown"


class Browser:
    """A browser that is stopped when the block ends."""

    def __init__(self, chromium, profile):
        to_read, self.to_write = os.pipe()
        self.to_look, to_answer = os.pipe()

        def hand_over():
            # Through higher numbers, as 3 and 4 may be among the four.
            reading, answering = os.dup2(to_read, 103), os.dup2(to_answer, 104)
            os.dup2(reading, 3)
            os.dup2(answering, 4)

        self.process = subprocess.Popen(
            [
                chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--no-first-run", "--accept-lang=ko-KR", "--disable-background-networking", "--disable-component-update",
                "--no-proxy-server", f"--user-data-dir={profile}", "--remote-debugging-pipe", "about:blank",
            ],
            close_fds=False, preexec_fn=hand_over, stdout=sys.stderr, stderr=sys.stderr,
        )
        os.close(to_read)
        os.close(to_answer)
        self.ids = itertools.count(1)
        self.rest = b""
        self.events = []
        self.until = time.monotonic() + LIMIT

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def message(self):
        """The next message of the browser."""
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.to_look], [], [], max(0, self.until - time.monotonic()))
            if not ready:
                sys.exit(f"the browser says nothing any more after {LIMIT} s")
            more = os.read(self.to_look, 65536)
            if not more:
                sys.exit("the browser has gone")
            self.rest += more
        text, _, self.rest = self.rest.partition(b"\0")
        return json.loads(text)

    def call(self, method, session=None, **params):
        """Calls a method and waits for its result; events that come meanwhile are kept."""
        number = next(self.ids)
        call = {"id": number, "method": method, "params": params}
        if session:
            call["sessionId"] = session
        os.write(self.to_write, json.dumps(call).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == number:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def event(self, name, wanted=lambda params: True):
        """The parameters of the first event of that name that is wanted."""
        while True:
            for event in self.events:
                if event.get("method") == name and wanted(event["params"]):
                    return event["params"]
            self.events.append(self.message())


def main(chromium, url, profile):
    with Browser(chromium, profile) as browser:
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            browser.call(f"{domain}.enable", session)

        def load():
            browser.events = [event for event in browser.events if event.get("method") == THROWN]
            browser.call("Page.navigate", session, url=url)
            document = browser.event("Network.responseReceived", lambda params: params["type"] == "Document")
            browser.event("Page.loadEventFired")
            return document["response"]["status"]

        def value(expression):
            result = browser.call("Runtime.evaluate", session, expression=expression, returnByValue=True)
            if "exceptionDetails" in result:
                sys.exit(f"{expression}: {result['exceptionDetails']}")
            return result["result"]["value"]

        def text(name):
            return value(f"document.getElementById('{name}').textContent")

        def look():
            return {"cells": value(CELLS), "score": int(text("score"))}

        status = load()
        boards = [look()]
        for code, key in itertools.islice(itertools.cycle(KEYS.items()), 40):
            for kind in ("rawKeyDown", "keyUp"):
                browser.call("Input.dispatchKeyEvent", session, type=kind, key=key, code=code)
            boards.append({"key": code} | look())
            if boards[-1]["score"] > 0:
                break
        pods = [text("pod")]
        for _ in range(4):
            load()
            pods.append(text("pod"))
        print(json.dumps({
            "status": status,
            "title": value("document.title"),
            "language": value("document.documentElement.lang"),
            "boards": boards,
            "reloaded": look(),
            "pods": pods,
            "counted": value("document.querySelectorAll('#tally li').length"),
            "errors": [event["params"] for event in browser.events if event.get("method") == THROWN],
        }))


main(*sys.argv[1:])
