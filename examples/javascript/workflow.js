// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Publishes an album: `workflow.js SECONDS…`
//
// The pictures are read; then they are shrunk, and at the same time a place for them is
// asked for, twice if need be; when there is both, they are sent. All of it has SECONDS at
// most, and ends with the window that it was begun in.

import Gio from 'gi://Gio';
import GObject from 'gi://GObject';

import At from 'gi://At?version=1.0';

// The bodies.

const readPictures = async () => 12;

const shrink = async pictures => pictures * 250;

async function askForPlace(task) {
    if (task.attempt === 1)
        throw new Gio.IOErrorEnum({code: Gio.IOErrorEnum.BUSY, message: 'The server is busy'});
    return 'album/7';
}

const sendAlbum = async (size, place) => print(`Sending ${size} kB to ${place}`);

// What follows is all that puts them together.

function publishAlbum(window, seconds) {
    const pictures = new At.AsyncTask(readPictures);
    const small = new At.AsyncTask(async () => shrink(pictures.get_result()));
    const place = new At.AsyncTask(askForPlace);
    const sending = new At.AsyncTask(async () => sendAlbum(small.get_result(), place.get_result()));

    place.set_retry(2, () => 0.01);
    for (const [later, ...before] of [[small, pictures], [place, pictures], [sending, small, place]])
        before.forEach(task => later.add_prerequisite(task));

    return new At.TaskGroup({owner: window, timeout: seconds}).add(pictures, small, place, sending).execute_async();
}

const window = new GObject.Object();
for (const seconds of ARGV) {
    try {
        await publishAlbum(window, Number(seconds));
        print('The album is published');
    } catch (error) {
        if (!error.matches?.(Gio.IOErrorEnum, Gio.IOErrorEnum.TIMED_OUT))
            throw error;
        print(`The album could not be published in ${seconds} seconds`);
    }
}
