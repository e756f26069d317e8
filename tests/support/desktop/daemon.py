"""A notification daemon, as a desktop has one: it shows nothing, tells on stdout what it is given, and clicks when stdin says so.

https://specifications.freedesktop.org/notification-spec/latest/
"""
import json
import sys

import dbus
import dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"


def tell(**what):
    print(json.dumps(what, default=str), flush=True)


def plain(value):
    """Of a picture as bytes (image-data), what it is and not the bytes."""
    if isinstance(value, (dbus.Boolean, dbus.Byte, dbus.Int32, dbus.UInt32)):
        return int(value)
    if isinstance(value, dbus.Struct):
        return [plain(part) for part in value if not isinstance(part, dbus.Array)]
    return str(value)


class Daemon(dbus.service.Object):
    last_id = 0

    @dbus.service.method(NAME, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body", "inline-reply", "persistence"]

    @dbus.service.method(NAME, in_signature="", out_signature="ssss")
    def GetServerInformation(self):
        return ("Desktop of a test", "Parley", "1", "1.2")

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        if replaces == 0:
            self.last_id += 1
            replaces = self.last_id
        names = [str(word) for word in actions]
        tell(
            event="shown",
            id=int(replaces),
            app=str(app),
            summary=str(summary),
            body=str(body),
            actions=dict(zip(names[::2], names[1::2])),
            icon=str(icon),
            timeout=int(timeout),
            hints={str(name): plain(value) for name, value in hints.items()},
        )
        return dbus.UInt32(replaces)

    @dbus.service.method(NAME, in_signature="u", out_signature="")
    def CloseNotification(self, id):
        tell(event="closed", id=int(id))
        self.NotificationClosed(id, 3)

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, id, reason):
        pass

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, id, action):
        pass

    # As KDE's has it, where a notification has a field to answer in.
    @dbus.service.signal(NAME, signature="us")
    def NotificationReplied(self, id, text):
        pass


def heard(source, _):
    line = source.readline()
    if not line:
        loop.quit()
        return False
    done = json.loads(line)
    if "text" in done:
        daemon.NotificationReplied(dbus.UInt32(done["id"]), done["text"])
    else:
        daemon.ActionInvoked(dbus.UInt32(done["id"]), done["action"])
    return True


DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName(NAME, bus)
daemon = Daemon(bus, "/org/freedesktop/Notifications")
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, heard)
tell(event="ready")
loop.run()
