// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

/* exported LITTLE, Reader, Writer, checkText */

// Values of JavaScript as the bytes of a GVariant, and the way back. Both sides of a
// script task have this: At.js, and the runner in the process of the script, which is
// what this file is put in front of (asynctask-glib/ready-made/script/).
//
// Rather than with GLib.Variant, as a call into C and an object that is finalized for
// each part of a value would be most of the cost, and too many of these for gjs.

// In a function: gjs's old modules look each name of theirs up anew, ten times as slow.
var {LITTLE, Reader, Writer, checkText} = (() => {
const MAX_DEPTH = 32;
const MAX_SIZE = 256 * 1024 * 1024;

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW = LITTLE ? 0 : 4;
const HIGH = LITTLE ? 4 : 0;

// Of up to so many characters SpiderMonkey copies a part of a string.
const SHORT_TEXT = 23;
const WINDOW = 4096;
const N_KEYS = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', {fatal: true});

// How many bytes each offset of a container has.
function offsetSize(body, nOffsets) {
    if (body + nOffsets <= 0xff)
        return 1;
    return body + 2 * nOffsets <= 0xffff ? 2 : 4;
}

function align(at, alignment) {
    return at + alignment - 1 & ~(alignment - 1);
}

//
// Writing
//

// Where in a value it is, as one would write it.
const paths = new WeakMap();

function refuse(ErrorType, message) {
    const error = new ErrorType(message);
    paths.set(error, '');
    throw error;
}

function locate(error, step) {
    if (paths.has(error))
        paths.set(error, `${step}${paths.get(error)}`);
    return error;
}

function stepTo(key) {
    return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

// Writes what JSON can say, bytes, and whole numbers of 64 bits. What cannot be sent is
// a TypeError or a RangeError that says what it is and where.
class Writer {
    constructor() {
        this._grow(1024);
        this._maxDepth = MAX_DEPTH;
        this._maxSize = MAX_SIZE;
        this.reset(0);
    }

    // What is written begins at a multiple of 8. All bytes that were not are 0.
    reset(start) {
        if (this._bytes.length > 1024 * 1024)
            this._grow(1024);
        else
            this._bytes.fill(0, 0, this._at);
        this._at = start;
        this._parents = [];
    }

    // What was written, until the next reset().
    get bytes() {
        return this._bytes.subarray(0, this._at);
    }

    // Writes a value, and returns its type.
    value(value) {
        return this._told(() => this._value(value));
    }

    // Writes it as a variant.
    variant(value) {
        this._told(() => this._variant(value));
    }

    _told(write) {
        try {
            return write();
        } catch (error) {
            const path = paths.get(error);
            if (path)
                error.message += ` (at ${path.replace(/^\./, '')})`;
            throw error;
        }
    }

    _grow(size) {
        const bytes = new Uint8Array(size);
        if (this._bytes && this._at <= size)
            bytes.set(this._bytes.subarray(0, this._at));
        this._bytes = bytes;
        this._view = new DataView(bytes.buffer);
    }

    _need(n) {
        if (this._at + n <= this._bytes.length)
            return;
        if (this._at + n > this._maxSize)
            refuse(RangeError, 'The value is too big to be sent');
        this._grow(Math.max(this._at + n, this._bytes.length * 2));
    }

    // With a number, and its type, to come.
    _align() {
        this._need(24);
        this._at = this._at + 7 & ~7;
    }

    _raw(bytes) {
        this._need(bytes.length);
        this._bytes.set(bytes, this._at);
        this._at += bytes.length;
    }

    _text(text) {
        if (text.length <= SHORT_TEXT) {
            this._need(text.length + 1);
            const start = this._at;
            let i = 0;
            for (; i < text.length; i++) {
                const code = text.charCodeAt(i);
                if (code === 0 || code > 127)
                    break;
                this._bytes[this._at++] = code;
            }
            if (i === text.length) {
                this._at++;
                return;
            }
            this._at = start;
        }

        checkText(text);
        this._raw(encoder.encode(text));
        this._need(1);
        this._at++;
    }

    _offsets(start, ends) {
        const size = offsetSize(this._at - start, ends.length);
        this._need(size * ends.length);
        for (let i = 0; i < ends.length; i++)
            this._offset(size, ends[i]);
    }

    _offset(size, end) {
        if (size === 1)
            this._bytes[this._at] = end;
        else if (size === 2)
            this._view.setUint16(this._at, end, true);
        else
            this._view.setUint32(this._at, end, true);
        this._at += size;
    }

    _bigInt(value) {
        if (BigInt.asIntN(64, value) !== value)
            refuse(RangeError, 'An integer of more than 64 bits cannot be sent');
        this._need(8);
        this._view.setBigInt64(this._at, value, LITTLE);
        this._at += 8;
        return 'x';
    }

    _number(value) {
        this._need(16);
        const at = this._at;
        this._at = at + 8;
        if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
            this._view.setInt32(at + LOW, value, LITTLE);
            this._view.setInt32(at + HIGH, value < 0 ? -1 : 0, LITTLE);
            return 'x';
        }
        if (Number.isSafeInteger(value) && value !== 0) {
            this._view.setUint32(at + LOW, value >>> 0, LITTLE);
            this._view.setInt32(at + HIGH, Math.floor(value / 0x100000000), LITTLE);
            return 'x';
        }
        this._view.setFloat64(at, value, LITTLE);
        return 'd';
    }

    _array(value) {
        const start = this._at;
        const ends = [];
        let i = 0;
        try {
            for (; i < value.length; i++) {
                this._align();
                this._variant(value[i]);
                ends.push(this._at - start);
            }
        } catch (error) {
            throw locate(error, `[${i}]`);
        }
        this._offsets(start, ends);
        return 'av';
    }

    _dictionary(value) {
        const start = this._at;
        const ends = [];
        let key = '';
        try {
            for (key of Object.keys(value)) {
                const element = value[key];
                if (element === undefined)
                    continue;
                this._align();
                const entry = this._at;
                this._text(key);
                const keyEnd = this._at - entry;
                this._align();
                this._variant(element);
                this._need(4);
                this._offset(offsetSize(this._at - entry, 1), keyEnd);
                ends.push(this._at - start);
            }
        } catch (error) {
            throw locate(error, stepTo(key));
        }
        this._offsets(start, ends);
        return 'a{sv}';
    }

    _nested(value) {
        if (this._parents.includes(value))
            refuse(TypeError, 'A value that contains itself cannot be sent');
        if (this._parents.length >= this._maxDepth)
            refuse(TypeError, `A value nested more than ${this._maxDepth} levels deep cannot be sent`);
        this._parents.push(value);
        const type = Array.isArray(value) ? this._array(value) : this._dictionary(value);
        this._parents.pop();
        return type;
    }

    // An object that is neither an array nor plain.
    _instance(value) {
        if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) {
            this._raw(value);
            return 'ay';
        }
        if (value instanceof ArrayBuffer) {
            this._raw(new Uint8Array(value));
            return 'ay';
        }
        if (value instanceof imports.gi.GLib.Bytes) {
            this._raw(value.toArray());
            return 'ay';
        }

        const name = value.constructor?.name ?? 'a class';
        return refuse(TypeError, `An instance of ${name} cannot be sent; send a plain object`);
    }

    _object(value) {
        if (Array.isArray(value))
            return this._nested(value);

        // An object that comes from another global object has another prototype.
        const prototype = Object.getPrototypeOf(value);
        if (prototype === null || Object.getPrototypeOf(prototype) === null)
            return this._nested(value);
        return this._instance(value);
    }

    _value(value) {
        switch (typeof value) {
        case 'undefined':
            return 'mv';
        case 'boolean':
            this._need(1);
            this._bytes[this._at++] = value;
            return 'b';
        case 'number':
            return this._number(value);
        case 'bigint':
            return this._bigInt(value);
        case 'string':
            this._text(value);
            return 's';
        case 'object':
            return value === null ? 'mv' : this._object(value);
        default:
            return refuse(TypeError, `A ${typeof value} cannot be sent`);
        }
    }

    _variant(value) {
        if (typeof value === 'number') {
            const code = this._number(value).charCodeAt(0);
            this._bytes[this._at + 1] = code;
            this._at += 2;
            return;
        }
        const type = this._value(value);
        this._need(type.length + 1);
        this._at++;
        for (let i = 0; i < type.length; i++)
            this._bytes[this._at++] = type.charCodeAt(i);
    }
}

// A string that no other language has is refused, rather than sent as another one.
function checkText(text) {
    if (text.includes('\0'))
        refuse(TypeError, 'A string with a NUL character cannot be sent');
    if (/\p{Surrogate}/u.test(text))
        refuse(TypeError, 'A string with half of a surrogate pair cannot be sent');
    return text;
}

//
// Reading
//

// Of each type of GVariant that has been met: how it is aligned, how many bytes it has (0:
// they differ), and how it is read.
const types = new Map();

function getType(text) {
    let type = types.get(text);
    if (type === undefined) {
        type = makeType(text);
        types.set(text, type);
    }
    return type;
}

// How many characters the type that begins at @at has.
function typeLength(text, at) {
    let end = at;
    while (text[end] === 'a' || text[end] === 'm')
        end++;
    for (let depth = 0; ;) {
        const c = text[end++];
        if (c === '(' || c === '{')
            depth++;
        else if (c === ')' || c === '}')
            depth--;
        if (depth === 0)
            return end - at;
    }
}

const SIMPLE = {
    b: [1, 1, (reader, start) => reader._bytes[start] !== 0],
    y: [1, 1, (reader, start) => reader._bytes[start]],
    n: [2, 2, (reader, start) => reader._view.getInt16(start, LITTLE)],
    q: [2, 2, (reader, start) => reader._view.getUint16(start, LITTLE)],
    i: [4, 4, (reader, start) => reader._view.getInt32(start, LITTLE)],
    u: [4, 4, (reader, start) => reader._view.getUint32(start, LITTLE)],
    h: [4, 4, (reader, start) => reader._view.getInt32(start, LITTLE)],
    x: [8, 8, (reader, start) => reader._int64(start)],
    t: [8, 8, (reader, start) => reader._uint64(start)],
    d: [8, 8, (reader, start) => reader._view.getFloat64(start, LITTLE)],
    s: [1, 0, (reader, start, end) => reader._text(start, end - 1)],
    o: [1, 0, (reader, start, end) => reader._text(start, end - 1)],
    g: [1, 0, (reader, start, end) => reader._text(start, end - 1)],
    v: [8, 0, (reader, start, end) => reader._variant(start, end)],
};

function makeType(text) {
    if (text in SIMPLE) {
        const [alignment, size, read] = SIMPLE[text];
        return {alignment, size, read};
    }
    if (text === 'ay')
        return {alignment: 1, size: 0, read: (reader, start, end) => reader._bytes.slice(start, end)};
    if (text === 'av')
        return {alignment: 8, size: 0, read: (reader, start, end) => reader._variants(start, end)};
    if (text === 'a{sv}')
        return {alignment: 8, size: 0, read: (reader, start, end) => reader._dictionary(start, end)};

    if (text[0] === 'a') {
        const element = getType(text.slice(1));
        const read = text[1] === '{'
            ? (reader, start, end) => toObject(reader._array(element, start, end))
            : (reader, start, end) => reader._array(element, start, end);
        return {alignment: element.alignment, size: 0, read};
    }
    if (text[0] === 'm') {
        const child = getType(text.slice(1));
        return {
            alignment: child.alignment, size: 0,
            read: (reader, start, end) => end === start
                ? null : child.read(reader, start, child.size > 0 ? end : end - 1),
        };
    }

    const members = [];
    for (let at = 1; at < text.length - 1;) {
        const length = typeLength(text, at);
        members.push(getType(text.slice(at, at + length)));
        at += length;
    }
    const alignment = Math.max(1, ...members.map(member => member.alignment));
    let size = 0;
    if (members.every(member => member.size > 0)) {
        for (const member of members)
            size = align(size, member.alignment) + member.size;
        size = Math.max(align(size, alignment), 1);
    }
    return {alignment, size, read: (reader, start, end) => reader._members(members, start, end)};
}

// Plain assignment would set the prototype.
function setProperty(object, key, value) {
    if (key === '__proto__')
        Object.defineProperty(object, key, {value, configurable: true, enumerable: true, writable: true});
    else
        object[key] = value;
}

function toObject(entries) {
    const object = {};
    for (const [key, value] of entries)
        setProperty(object, key, value);
    return object;
}

// Reads bytes that are in normal form.
class Reader {
    constructor(bytes) {
        this._bytes = bytes;
        this._view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this._window = '';
        this._windowStart = 0;
        this._keys = [];
    }

    // Reads all of it as a value of a type.
    read(type) {
        return getType(type).read(this, 0, this._bytes.length);
    }

    _offset(at, size) {
        const bytes = this._bytes;
        if (size === 1)
            return bytes[at];
        if (size === 2)
            return bytes[at] | bytes[at + 1] << 8;
        return this._view.getUint32(at, true);
    }

    // Part of a string is made four times as fast as a string.
    _text(start, end) {
        const bytes = this._bytes;
        let at = end - start <= SHORT_TEXT ? start : end;
        while (at < end && bytes[at] < 128)
            at++;
        if (at !== end || end - start > SHORT_TEXT)
            return decoder.decode(bytes.subarray(start, end));

        if (start < this._windowStart || end > this._windowStart + this._window.length) {
            this._window = String.fromCharCode.apply(null, bytes.subarray(start, start + WINDOW));
            this._windowStart = start;
        }
        return this._window.substring(start - this._windowStart, end - this._windowStart);
    }

    // The same few often, and a name of a property that is used again is found faster.
    _key(start, end) {
        const bytes = this._bytes;
        const length = end - start;
        let hash = length;
        for (let i = start; i < end; i++)
            hash = hash * 31 + bytes[i] | 0;
        const known = this._keys[hash & N_KEYS - 1];
        if (known !== undefined && known.length === length) {
            let i = 0;
            while (i < length && known.charCodeAt(i) === bytes[start + i])
                i++;
            if (i === length)
                return known;
        }
        return this._keys[hash & N_KEYS - 1] = this._text(start, end);
    }

    // A number, if that can hold it; most are small, and a branch is faster than all the rest.
    _int64(at) {
        const low = this._view.getInt32(at + LOW, LITTLE);
        const high = this._view.getInt32(at + HIGH, LITTLE);
        if (high === low >> 31)
            return low;
        const number = high * 0x100000000 + (low >>> 0);
        return Number.isSafeInteger(number) ? number : this._view.getBigInt64(at, LITTLE);
    }

    _uint64(at) {
        const number = this._int64(at);
        return typeof number === 'number' && number >= 0 ? number : this._view.getBigUint64(at, LITTLE);
    }

    _array(element, start, end) {
        const value = [];
        if (end === start)
            return value;
        if (element.size > 0) {
            for (let at = start; at < end; at += element.size)
                value.push(element.read(this, at, at + element.size));
            return value;
        }

        const size = offsetSize(end - start, 0);
        const body = start + this._offset(end - size, size);
        let at = start;
        for (let offset = body; offset < end; offset += size) {
            const next = start + this._offset(offset, size);
            value.push(element.read(this, at, next));
            at = align(next, element.alignment);
        }
        return value;
    }

    // Of a tuple: of those that have no size of their own, all but a last one have where they
    // end behind all of them, from the last to the first.
    _members(members, start, end) {
        const size = offsetSize(end - start, 0);
        let offset = end;
        let at = start;
        return members.map((member, i) => {
            at = align(at, member.alignment);
            let next = at + member.size;
            if (member.size === 0 && i === members.length - 1) {
                next = offset;
            } else if (member.size === 0) {
                offset -= size;
                next = start + this._offset(offset, size);
            }
            const value = member.read(this, at, next);
            at = next;
            return value;
        });
    }

    _variants(start, end) {
        const value = [];
        if (end === start)
            return value;

        const size = offsetSize(end - start, 0);
        const body = start + this._offset(end - size, size);
        let at = start;
        for (let offset = body; offset < end; offset += size) {
            const next = start + this._offset(offset, size);
            value.push(this._variant(at, next));
            at = next + 7 & ~7;
        }
        return value;
    }

    _dictionary(start, end) {
        const value = {};
        if (end === start)
            return value;

        const size = offsetSize(end - start, 0);
        const body = start + this._offset(end - size, size);
        let at = start;
        for (let offset = body; offset < end; offset += size) {
            const next = start + this._offset(offset, size);
            const entrySize = offsetSize(next - at, 0);
            const keyEnd = at + this._offset(next - entrySize, entrySize);
            setProperty(value, this._key(at, keyEnd - 1), this._variant(keyEnd + 7 & ~7, next - entrySize));
            at = next + 7 & ~7;
        }
        return value;
    }

    // The value, and behind it a NUL and its type.
    _variant(start, end) {
        const bytes = this._bytes;
        let zero = end - 2;
        while (bytes[zero] !== 0)
            zero--;

        // What there is most of.
        if (zero === end - 2) {
            switch (bytes[end - 1]) {
            case 0x73:  // s
                return this._text(start, zero - 1);
            case 0x78:  // x
                return this._int64(start);
            case 0x64:  // d
                return this._view.getFloat64(start, LITTLE);
            }
        }

        return getType(this._text(zero + 1, end)).read(this, start, zero);
    }
}

return {LITTLE, Reader, Writer, checkText};
})();
