# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How often a window draws, as the X server sees it."""

import ctypes
import time

RAW_RECTANGLES = 0
# What is drawn within this time, in seconds, is of one frame.
FRAME = 0.010


class Event(ctypes.Structure):
    _fields_ = [('type', ctypes.c_int), ('padding', ctypes.c_long * 24)]


def count_frames(window, seconds):
    """How many frames a window, of which the number is given, has drawn; None where that cannot be told."""
    try:
        xlib = ctypes.CDLL('libX11.so.6')
        damage = ctypes.CDLL('libXdamage.so.1')
    except OSError:
        return None
    xlib.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(xlib.XOpenDisplay(None))
    event_base, error_base = ctypes.c_int(), ctypes.c_int()
    if not damage.XDamageQueryExtension(display, ctypes.byref(event_base), ctypes.byref(error_base)):
        return None

    damage.XDamageCreate(display, ctypes.c_ulong(window), RAW_RECTANGLES)
    xlib.XSync(display, 0)
    event, frames, last = Event(), 0, 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not xlib.XPending(display):
            time.sleep(0.001)
            continue
        xlib.XNextEvent(display, ctypes.byref(event))
        if event.type != event_base.value:
            continue
        now = time.monotonic()
        if now - last > FRAME:
            frames += 1
        last = now
    xlib.XCloseDisplay(display)
    return frames
