#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Switches a target of environment.yaml on and prints the TAP that busproof writes to its console, for prove:
prove --exec 'python3 ci/labgrid/tap.py' alpha sparc64

The exit status is 0 when the last line is PASS."""

import os
import re
import sys

from labgrid import Environment
from labgrid.protocol import ConsoleProtocol, PowerProtocol

SECONDS = 300


def main(name):
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    target = Environment("environment.yaml").get_target(name)
    power = target.get_driver(PowerProtocol)
    console = target.get_driver(ConsoleProtocol)
    power.on()
    try:
        console.expect(r"TAP version \d+", timeout=SECONDS)
        print("TAP version 13")
        _, before, last, _ = console.expect(r"# busproof: (PASS|FAIL \d+)", timeout=SECONDS)
    finally:
        power.off()
    print(re.sub(r"\r", "", before.decode("ascii", "replace")).lstrip() + last.group(0).decode())
    return 0 if last.group(1) == b"PASS" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
