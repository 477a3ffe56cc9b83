# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A web server for tests that answers exactly what a test tells it to, however wrong."""

import os
import re
import socket
import ssl
import threading

FOLDER = os.path.dirname(os.path.abspath(__file__))
CERTIFICATE = os.path.join(FOLDER, 'localhost.pem')
AUTHORITY = os.path.join(FOLDER, 'certificates', 'authority.pem')


def certificate(name):
    """One that AUTHORITY has signed: good, expired, future (not valid yet), or other (of other.example)."""
    return os.path.join(FOLDER, 'certificates', f'{name}.pem')


class Request:
    """What one client asked for."""

    def __init__(self, method, path, headers, number):
        self.method = method
        self.path = path
        self.headers = headers
        self.number = number

    def range_start(self):
        """The first byte asked for, or None."""
        value = self.headers.get('range')
        if value is None:
            return None
        assert value.startswith('bytes=') and value.endswith('-'), value
        return int(value[len('bytes='):-1])


class FaultServer:
    """Serves on loopback; each path (or '*') is answered by a function of (request, send, server)."""

    def __init__(self, secure=False, address='127.0.0.1', certificate=CERTIFICATE):
        self.address = address
        self.context = None
        if secure:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.routes = {}
        self.probed = set()
        self.requests = []
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.listener = socket.create_server((address, 0))
        self.port = self.listener.getsockname()[1]
        self.connections = []
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def url(self, path, host=None, user=None):
        credentials = f'{user}@' if user else ''
        scheme = 'https' if self.context else 'http'
        return f'{scheme}://{credentials}{host or self.address}:{self.port}{path}'

    def route(self, path, handler, probed=False):
        """Who is asked for the headers alone says that he cannot, and it does not count, unless probed is true."""
        self.routes[path] = handler
        if probed:
            self.probed.add(path)

    def requests_for(self, path):
        with self.lock:
            return [request for request in self.requests if request.path == path]

    def close(self):
        self.closing.set()
        # Not closed before the thread has left it: with its number in hand, on the way
        # into accept(), it would accept what comes to the server that gets the number next.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _read_request(self, connection):
        data = b''
        while b'\r\n\r\n' not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
        lines = data.split(b'\r\n\r\n')[0].decode('latin-1').split('\r\n')
        method, path, _ = lines[0].split(' ')
        headers = {}
        for line in lines[1:]:
            name, value = line.split(':', 1)
            headers[name.strip().lower()] = value.strip()
        with self.lock:
            number = sum(1 for request in self.requests if request.path == path)
            request = Request(method, path, headers, number)
            if method != 'HEAD' or path in self.probed:
                self.requests.append(request)
        return request

    def _serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            request = self._read_request(connection)
            if request is not None:
                anything = self.routes.get('*', answer(404, b'not here'))
                handler = self.routes.get(request.path.split('?')[0], anything)
                if request.method == 'HEAD' and request.path not in self.probed:
                    handler = answer(405, b'')
                handler(request, connection.sendall, self)
                connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        finally:
            connection.close()


class Proxy(FaultServer):
    """Leads to servers over tunnels, for whom a function of (request) lets through, and keeps its connections.

    What the function returns is sent; of None a tunnel is made to the server with the port that is asked for.
    """

    def __init__(self, answer):
        super().__init__()
        self.answer = answer
        self.tunnels = 0

    def _serve(self, connection):
        try:
            while (request := self._read_request(connection)) is not None:
                refusal = self.answer(request)
                if refusal is None:
                    self._lead(connection, int(request.path.rsplit(':', 1)[1]))
                    return
                connection.sendall(refusal)
        except OSError:
            pass
        finally:
            connection.close()

    def _lead(self, connection, port):
        server = socket.create_connection(('127.0.0.1', port))
        self.connections.append(server)
        with self.lock:
            self.tunnels += 1
        connection.sendall(b'HTTP/1.1 200 Connection established\r\n\r\n')
        back = threading.Thread(target=self._pass_on, args=(server, connection), daemon=True)
        back.start()
        self._pass_on(connection, server)
        back.join()
        server.close()

    @staticmethod
    def _pass_on(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Relay:
    """Passes on what comes to the server at a port, and sees what is asked and answered, unless that is secret.

    - cuts: For one connection each on which a file comes: so much of it is passed on, of what is
      secret so much of anything, and then the connection ends.
    - hold: So much of the first file is passed on, which reached tells, and the rest once go_on is set.
    - before: Called with the number of each connection before anything is passed on.
    """

    def __init__(self, target, cuts=(), hold=None, before=None, secret=False):
        self.target = target
        self.secret = secret
        self.cuts = list(cuts)
        self.hold = hold
        self.before = before
        self.reached = threading.Event()
        self.go_on = threading.Event()
        self.lock = threading.Lock()
        self.pairs = []
        self.listener = socket.create_server(('127.0.0.1', 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def close(self):
        self.go_on.set()
        # In this order for the reason that FaultServer has.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()

    def connections(self):
        with self.lock:
            return len(self.pairs)

    def asked(self):
        """The headers of each request; in them, under '', what is asked for."""
        return [self._parse(head) for said, _ in self.pairs
                for head in bytes(said).split(b'\r\n\r\n') if head.startswith(b'GET ')]

    def answered(self):
        """The headers of each answer; in them, under '', how it begins."""
        return [self._parse(match[0]) for _, heard in self.pairs
                for match in re.finditer(rb'HTTP/1\.[01] [1-5]\d\d.*?(?=\r\n\r\n)', bytes(heard), re.DOTALL)]

    def statuses(self):
        return [int(headers[''].split()[1]) for headers in self.answered()]

    def ranges(self):
        return [headers.get('range') for headers in self.asked()]

    @staticmethod
    def _parse(head):
        first, *lines = head.decode('latin-1').split('\r\n')
        pairs = (line.split(':', 1) for line in lines)
        return {'': first, **{name.lower(): value.strip() for name, value in pairs}}

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client):
        said, heard = bytearray(), bytearray()
        with self.lock:
            number = len(self.pairs)
            self.pairs.append((said, heard))
        if self.before:
            self.before(number)
        with client, socket.create_connection(('127.0.0.1', self.target)) as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            back = threading.Thread(target=self._pass_on, args=(server, client, heard, True), daemon=True)
            back.start()
            self._pass_on(client, server, said)
            back.join()

    def _find_file(self, heard):
        """Where the first one begins, or None."""
        if self.secret:
            return 0
        found = re.search(rb'HTTP/1\.[01] 2.*?\r\n\r\n', heard, re.DOTALL)
        return found.end() if found else None

    def _pass_on(self, source, target, seen, may_cut=False):
        try:
            cut = hold = None
            while data := source.recv(65536):
                before = len(seen)
                seen += data
                if may_cut and (begin := self._find_file(seen)) is not None:
                    may_cut = False
                    with self.lock:
                        cut = self.cuts.pop(0) if self.cuts else None
                        hold, self.hold = self.hold, None
                if cut is not None and len(seen) >= begin + cut:
                    del seen[begin + cut:]
                    target.sendall(seen[before:])
                    source.shutdown(socket.SHUT_RDWR)
                    break
                target.sendall(data)
                if hold is not None and len(seen) >= begin + hold:
                    hold = None
                    self.reached.set()
                    self.go_on.wait()
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def head(status, reason='Whatever', **headers):
    """The head of an answer; underscores in names stand for hyphens."""
    lines = [f'HTTP/1.1 {status} {reason}', 'Connection: close']
    lines += [f'{name.replace("_", "-")}: {value}' for name, value in headers.items()]
    return ('\r\n'.join(lines) + '\r\n\r\n').encode('utf-8', 'surrogateescape')


def answer(status, body, **headers):
    """A handler that gives the same complete answer to everybody."""
    def handler(_request, send, _server):
        send(head(status, Content_Length=len(body), **headers) + body)
    return handler


def in_turn(*handlers):
    """A handler that gives the first answer first, and the last one from then on."""
    def handler(request, send, server):
        handlers[min(request.number, len(handlers) - 1)](request, send, server)
    return handler


def cut_off(body, after, **headers):
    """A handler that announces a body and closes the connection within it."""
    def handler(_request, send, _server):
        send(head(200, Content_Length=len(body), **headers) + body[:after])
    return handler


def ranged(body, etag='"one"', **headers):
    """A handler that serves a file, and ranges of it, as a good server does."""
    def handler(request, send, _server):
        start = request.range_start()
        condition = request.headers.get('if-range')
        if start is None or condition not in (None, etag):
            send(head(200, ETag=etag, Content_Length=len(body), **headers) + body)
        else:
            send(head(206, ETag=etag, Content_Length=len(body) - start,
                      Content_Range=f'bytes {start}-{len(body) - 1}/{len(body)}',
                      **headers) + body[start:])
    return handler


def hanging(body, after, etag='"one"', reached=None):
    """A handler that sends part of a body and then nothing, until the server closes."""
    def handler(_request, send, server):
        send(head(200, ETag=etag, Content_Length=len(body)) + body[:after])
        if reached is not None:
            reached.set()
        server.closing.wait()
    return handler
