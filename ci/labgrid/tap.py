#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Switches a target of environment.yaml on and prints the TAP that busproof writes to its console, for prove:
prove --exec 'python3 ci/labgrid/tap.py' alpha sparc64

The exit status is 0 when the last line is PASS. A board must show the prompt of its console again behind it: one that
stays dead cannot be used for the next run."""

import os
import re
import sys

import pexpect
from labgrid import Environment
from labgrid.protocol import ConsoleProtocol, PowerProtocol

# A board tests its memory before it boots, and 9600 baud are 960 characters a second.
SECONDS = {"board": 1800}
# SRM's, with the number of the CPU where there are several, and OpenBoot's.
PROMPT = r"(?m)^(?:(?:P\d\d)?>>>|(?:\{\d+\} )?ok )"


def wait_for(console, what, pattern, seconds):
    try:
        return console.expect(pattern, timeout=seconds)
    except pexpect.TIMEOUT:
        sys.exit(f"Bail out! no {what} in {seconds} s")


def main(name):
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    target = Environment("environment.yaml").get_target(name)
    power = target.get_driver(PowerProtocol)
    console = target.get_driver(ConsoleProtocol)
    seconds = SECONDS.get(name, 300)
    power.on()
    try:
        wait_for(console, "TAP", r"TAP version \d+", seconds)
        print("TAP version 13")
        _, before, last, _ = wait_for(console, "verdict", r"# busproof: (PASS|FAIL \d+)", seconds)
        print(re.sub(r"\r", "", before.decode("ascii", "replace")).lstrip() + last.group(0).decode())
        if name == "board":
            wait_for(console, "prompt behind the verdict", PROMPT, 60)
    finally:
        power.off()
    return 0 if last.group(1) == b"PASS" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
