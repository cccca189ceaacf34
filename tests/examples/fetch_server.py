#!/usr/bin/env python3
"""An HTTP server on loopback that misbehaves on demand: GET /MODE/NAME/FILE, where MODE is a method of Handler below.

fetch_server.py LOG             prints its port, and writes a line for each request: path, Range, status
fetch_server.py LOG FOLDER      the same, and the mode `folder` serves FOLDER's files
fetch_server.py --content FILE  writes what it serves as FILE, for comparison
"""
import collections
import http.server
import os
import sys
import time

SIZES = {"one.bin": 300000, "any.bin": 300000, "a.bin": 1000, "b.bin": 2000, "empty.bin": 0}
visits = collections.Counter()


def content(name, version=0):
    return bytes((i * i // 7 + version) % 251 for i in range(SIZES[name]))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        mode, self.name = self.path[1:].split("/", 1)
        visits[self.path] += 1
        self.first = visits[self.path] == 1
        self.body = b"" if mode.startswith("folder") else content(os.path.basename(self.name))
        getattr(self, mode.split(".")[0])()  # "plain.2" is "plain" at an address of its own

    def log_message(self, *_):
        pass

    def start(self, status, length=None, **headers):
        print(self.path, self.headers.get("Range", "-"), status, file=log, flush=True)
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if length is None:
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send(self, body, status=200, keep=None, **headers):
        """A whole answer; with `keep`, its first bytes and then a closed connection."""
        self.start(status, len(body), **headers)
        self.wfile.write(body[:keep])
        if keep is not None:
            self.close_connection = True

    def offset(self):
        return int(self.headers["Range"][len("bytes="):-1]) if "Range" in self.headers else 0

    def plain(self, tag='"v0"', keep=None):
        """As it should be."""
        offset, size = self.offset(), len(self.body)
        if offset == 0 or self.headers.get("If-Range", tag) != tag:
            self.send(self.body, ETag=tag, keep=keep)
        elif offset >= size:
            self.send(b"", 416, Content_Range=f"bytes */{size}")
        else:
            self.send(self.body[offset:], 206, ETag=tag, Content_Range=f"bytes {offset}-{size - 1}/{size}", keep=keep)

    def truncate(self):
        self.plain(keep=70000)

    def dated(self):
        """A weak ETag, which vouches for nothing, and a date."""
        date = "Sat, 30 Apr 2016 19:15:35 GMT"
        if self.headers.get("If-Range") == date:
            self.plain(tag=date)
        else:
            self.send(self.body, ETag='W/"v0"', Last_Modified=date, keep=70000)

    def tagless(self):
        """Nothing says which version this is."""
        self.send(self.body, keep=70000 if self.first else None)

    def no_ranges(self):
        self.send(self.body, ETag='"v0"', keep=70000 if self.first else None)

    def stall(self):
        if not self.first:
            return self.plain()
        self.start(200, len(self.body), ETag='"v0"')
        self.wfile.write(self.body[:70000])
        time.sleep(3000)

    def slow(self, step=10000):
        offset, size = self.offset(), len(self.body)
        self.start(206 if offset else 200, size - offset, ETag='"v0"', Content_Range=f"bytes {offset}-{size - 1}/{size}")
        for at in range(offset, size, step):
            self.wfile.write(self.body[at:at + step])
            time.sleep(0.1)

    def wrong(self):
        self.send(content(os.path.basename(self.name), version=1), ETag='"v1"')

    def long(self):
        self.start(200)
        for _ in range(1000):
            self.wfile.write(bytes(100000))

    def no_length(self):
        self.start(200)
        self.wfile.write(self.body[:70000 if self.first else None])

    def changed(self):
        """The file changes after the first request; If-Range is respected."""
        if not self.first:
            return self.plain(tag='"new"')
        self.send(content(os.path.basename(self.name), version=1), ETag='"old"', keep=70000)

    def glued(self):
        """The same, by a server that does not know If-Range."""
        if self.first:
            return self.changed()
        self.headers.replace_header("If-Range", '"new"') if "If-Range" in self.headers else None
        self.plain(tag='"new"')

    def elsewhere(self):
        """Answers a range with another one."""
        if self.offset() == 0:
            return self.send(self.body, ETag='"v0"', keep=70000 if self.first else None)
        self.send(self.body[5:], 206, ETag='"v0"', Content_Range=f"bytes 5-{len(self.body) - 1}/{len(self.body)}")

    def flaky(self):
        self.plain() if visits[self.path] > 2 else self.send(b"busy", 503)

    def broken(self):
        self.send(b"no", 500)

    def missing(self):
        self.send(b"<html>not here</html>", 404)

    def moved(self):
        self.send(b"<html>there</html>", 302, Location=f"/plain/{self.name}")

    def circle(self):
        self.send(b"", 302, Location=self.path)

    def to_file(self):
        self.send(b"", 302, Location="file:///etc/passwd")

    def to_ftp(self):
        self.send(b"", 302, Location="ftp://127.0.0.1/one.bin")

    def folder(self):
        with open(os.path.join(sys.argv[2], self.name), "rb") as file:
            self.body = file.read()
        self.plain(tag=f'"{len(self.body)}"', keep=min(10**6, len(self.body) // 2) if self.first else None)


if sys.argv[1] == "--content":
    sys.stdout.buffer.write(content(sys.argv[2]))
else:
    log = open(sys.argv[1], "w", encoding="utf-8")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # the client may hang up
    print(server.server_port, flush=True)
    server.serve_forever()
