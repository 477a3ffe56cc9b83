// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What photos.js has run in another process.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

export function importPhoto({photo, target}, task) {
    const source = Gio.File.new_for_path(photo);
    const [bytes] = source.load_bytes(task.cancellable);
    const folder = Gio.File.new_for_path(target).get_child(getDay(bytes.toArray()));
    const destination = folder.get_child(source.get_basename());

    if (destination.query_exists(null) && getChecksum(destination.load_bytes(null)[0]) === getChecksum(bytes))
        return null;

    GLib.mkdir_with_parents(folder.get_path(), 0o755);
    source.copy(destination, Gio.FileCopyFlags.OVERWRITE, task.cancellable,
        (done, total) => task.setAmounts(done, total));
    return `${folder.get_basename()}/${source.get_basename()}`;
}

// As EXIF has it, wherever that is in there.
function getDay(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 65536));
    const taken = text.match(/(\d{4}):(\d\d):(\d\d) \d\d:\d\d:\d\d/);

    return taken !== null ? taken.slice(1).join('-') : 'unknown day';
}

function getChecksum(bytes) {
    return GLib.compute_checksum_for_bytes(GLib.ChecksumType.SHA256, bytes);
}
