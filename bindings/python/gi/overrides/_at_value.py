# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Values of Python as the bytes of a GVariant, and the way back. Both sides of a script
# task have this: At.py, and the runner in the process of the script, which is what this
# file is put in front of (asynctask-glib/ready-made/script/).
#
# Rather than with GLib.Variant: a script's Python need not have PyGObject, and an object
# and some calls into C for each part of a value would be most of the cost.

import struct

MAX_DEPTH = 32
MAX_SIZE = 256 * 1024 * 1024

INTEGER = struct.Struct('=q')
DOUBLE = struct.Struct('=d')

# What lists of numbers are written and read in one go with: from so many on.
MANY = 16


#
# Writing
#

class _Refused(Exception):
    """Why a value cannot be sent, and where in it that is."""

    def __init__(self, kind, message):
        self.kind = kind
        self.message = message
        self.path = ''

    def at(self, key):
        self.path = f'[{key!r}]{self.path}'
        return self

    def get(self):
        return self.kind(f'{self.message} (at {self.path})' if self.path else self.message)


def _offset_size(body, n_offsets):
    if body + n_offsets <= 0xff:
        return 1
    return 2 if body + 2 * n_offsets <= 0xffff else 4


def _pack_offsets(size, ends):
    return struct.pack(f'<{len(ends)}{"BH_I"[size - 1]}', *ends)


def _write_text(out, text):
    try:
        encoded = text.encode('utf-8')
    except UnicodeEncodeError:
        raise _Refused(TypeError, 'A string that is not valid Unicode cannot be sent') from None
    if b'\0' in encoded:
        raise _Refused(TypeError, 'A string with a NUL character cannot be sent')
    out += encoded
    out.append(0)


def _align(out):
    out += bytes(-len(out) & 7)


def _enter(parents, value):
    if any(parent is value for parent in parents):
        raise _Refused(TypeError, 'A value that contains itself cannot be sent')
    if len(parents) >= MAX_DEPTH:
        raise _Refused(TypeError, f'A value nested more than {MAX_DEPTH} levels deep cannot be sent')
    parents.append(value)


def _write_numbers(out, value, code):
    """Writes a list of numbers of one kind, 16 bytes each."""
    n = len(value)
    body = bytearray(16 * n)
    words = memoryview(body).cast(code)
    words[::2] = memoryview(struct.pack(f'={n}{code}', *value)).cast(code)
    words[1::2] = memoryview(b'\0%c\0\0\0\0\0\0' % (120 if code == 'q' else 100) * n).cast(code)
    words.release()
    del body[-6:]
    out += body
    out += _pack_offsets(_offset_size(len(body), n), range(10, 16 * n, 16))


def _write_array(out, value, parents):
    if len(value) >= MANY:
        kinds = set(map(type, value))
        if kinds == {int} or kinds == {float}:
            try:
                _write_numbers(out, value, 'q' if int in kinds else 'd')
                return b'\0av'
            except struct.error:
                # One is too large: which?
                pass

    _enter(parents, value)
    start = len(out)
    ends = []
    for i, element in enumerate(value):
        _align(out)
        try:
            out += _write(out, element, parents)
        except _Refused as error:
            raise error.at(i)
        ends.append(len(out) - start)
    out += _pack_offsets(_offset_size(len(out) - start, len(ends)), ends)
    parents.pop()
    return b'\0av'


def _write_dictionary(out, value, parents):
    _enter(parents, value)
    start = len(out)
    ends = []
    for key, element in value.items():
        if not isinstance(key, str):
            raise _Refused(TypeError, f'A dictionary with a key of type {type(key).__name__} cannot be sent')
        _align(out)
        entry = len(out)
        try:
            _write_text(out, key)
            key_end = len(out) - entry
            _align(out)
            out += _write(out, element, parents)
        except _Refused as error:
            raise error.at(key)
        out += _pack_offsets(_offset_size(len(out) - entry, 1), (key_end,))
        ends.append(len(out) - start)
    out += _pack_offsets(_offset_size(len(out) - start, len(ends)), ends)
    parents.pop()
    return b'\0a{sv}'


def _write(out, value, parents):
    """Writes a value; what has to follow it, as a variant, is returned."""
    if value is None:
        return b'\0mv'
    if value is True or value is False:
        out.append(value)
        return b'\0b'
    if isinstance(value, int):
        try:
            out += INTEGER.pack(value)
        except struct.error:
            raise _Refused(OverflowError, 'An integer of more than 64 bits cannot be sent') from None
        return b'\0x'
    if isinstance(value, float):
        out += DOUBLE.pack(value)
        return b'\0d'
    if isinstance(value, str):
        _write_text(out, value)
        return b'\0s'
    if len(out) > MAX_SIZE:
        raise _Refused(OverflowError, 'The value is too big to be sent')
    if isinstance(value, (bytes, bytearray, memoryview)):
        out += value
        return b'\0ay'
    if isinstance(value, (list, tuple)):
        return _write_array(out, value, parents)
    if isinstance(value, dict):
        return _write_dictionary(out, value, parents)
    raise _Refused(TypeError, f'A value of type {type(value).__name__} cannot be sent')


def dump_as(value):
    """The type of a value, and its bytes. What cannot be sent is a TypeError or an OverflowError."""
    out = bytearray()
    try:
        kind = _write(out, value, [])
        if len(out) + len(kind) > MAX_SIZE:
            raise _Refused(OverflowError, 'The value is too big to be sent')
    except _Refused as error:
        refused = error.get()
    else:
        return kind[1:], out
    raise refused


def dump(value):
    """The bytes of a value as a variant."""
    kind, out = dump_as(value)
    out.append(0)
    out += kind
    return out


#
# Reading
#

def _read_ends(data, start, end):
    """Where the body of a container ends, and where each of its elements does, from its start."""
    size = _offset_size(end - start, 0)
    body = int.from_bytes(data[end - size:end], 'little')
    table = data[start + body:end]
    if size == 1:
        return body, table
    return body, struct.unpack(f'<{len(table) // size}{"BH_I"[size - 1]}', table)


def _read_numbers(data, start, body, ends):
    """Reads a list of numbers of one kind; None if it is something else."""
    n = len(ends)
    letters = data[start + 9:start + body:16]
    letter = letters[0]
    if (letter not in (0x78, 0x64) or letters.count(letter) != n or data[start + 8:start + body:16].count(0) != n
            or tuple(ends) != tuple(range(10, 16 * n, 16))):
        return None
    words = memoryview(data[start:start + body] + bytes(6)).cast('q' if letter == 0x78 else 'd')
    return words[::2].tolist()


def _read_array(data, start, end):
    value = []
    if start == end:
        return value
    body, ends = _read_ends(data, start, end)
    if body == 16 * len(ends) - 6 and ends[0] == 10:
        numbers = _read_numbers(data, start, body, ends)
        if numbers is not None:
            return numbers
    append = value.append
    at = start
    for next_end in ends:
        next_end += start
        append(_read(data, at, next_end))
        at = next_end + (start - next_end & 7)
    return value


def _read_dictionary(data, start, end):
    value = {}
    if start == end:
        return value
    at = start
    for next_end in _read_ends(data, start, end)[1]:
        next_end += start
        size = _offset_size(next_end - at, 0)
        key_end = at + int.from_bytes(data[next_end - size:next_end], 'little')
        key = data[at:key_end - 1].decode('utf-8')
        value[key] = _read(data, key_end + (at - key_end & 7), next_end - size)
        at = next_end + (start - next_end & 7)
    return value


KINDS = {
    b'mv': lambda data, start, end: None,
    b'b': lambda data, start, end: data[start] != 0,
    b'x': lambda data, start, end: INTEGER.unpack_from(data, start)[0],
    b'd': lambda data, start, end: DOUBLE.unpack_from(data, start)[0],
    b's': lambda data, start, end: data[start:end - 1].decode('utf-8'),
    b'ay': lambda data, start, end: data[start:end],
    b'av': _read_array,
    b'a{sv}': _read_dictionary,
}


def _read(data, start, end):
    # What there is most of has a type of one letter.
    zero = end - 2
    if data[zero]:
        zero = data.rindex(0, start, zero)
    return KINDS[data[zero + 1:end]](data, start, zero)


def load_as(kind, data):
    """The value that these bytes are, of a type and in normal form."""
    return KINDS[kind](data, 0, len(data))


def load(data):
    """The value that a variant of these bytes has."""
    return _read(data, 0, len(data))
