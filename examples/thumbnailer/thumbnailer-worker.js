// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What thumbnailer.js has run in other processes.

import GdkPixbuf from 'gi://GdkPixbuf';
import Gio from 'gi://Gio';

// The pictures in the folder.
export function scan(path, task) {
    const folder = Gio.File.new_for_path(path);
    const pictures = [];

    for (const info of folder.enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, task.cancellable)) {
        const [type] = Gio.content_type_guess(info.get_name(), null);

        if (Gio.content_type_is_a(type, 'image/*'))
            pictures.push(folder.get_child(info.get_name()).get_path());
    }
    return pictures;
}

// A small picture.
export function makeThumbnail(path) {
    const pixbuf = GdkPixbuf.Pixbuf.new_from_file_at_scale(path, 128, 128, true);
    const [, png] = pixbuf.save_to_bufferv('png', [], []);

    return png;
}
