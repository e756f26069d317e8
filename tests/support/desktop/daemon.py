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


class Daemon(dbus.service.Object):
    last_id = 0

    @dbus.service.method(NAME, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body", "persistence"]

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
            hints=[str(name) for name in hints],
            urgency=int(hints.get("urgency", 1)),
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


def heard(source, _):
    line = source.readline()
    if not line:
        loop.quit()
        return False
    click = json.loads(line)
    daemon.ActionInvoked(dbus.UInt32(click["id"]), click["action"])
    return True


DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName(NAME, bus)
daemon = Daemon(bus, "/org/freedesktop/Notifications")
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, heard)
tell(event="ready")
loop.run()
