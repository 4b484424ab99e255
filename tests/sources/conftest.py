import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest


class Handler(BaseHTTPRequestHandler):
    """Serves `site.files`; knows ranges, and can hang up in the middle."""

    def __init__(self, *args, site, **kwargs):
        self.site = site
        super().__init__(*args, **kwargs)

    def do_GET(self):
        self.site.requests.append((self.path, self.headers.get("Range")))
        content = self.site.files.get(self.path.strip("/"))
        if content is None:
            self.send_error(404)
            return
        start = self.wanted_start()
        if start >= len(content) > 0:
            self.send_error(416)
            return
        rest = content[start:]
        self.send_response(206 if start else 200)
        self.send_header("ETag", self.site.tag)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest[: self.site.hang_up_after])

    def wanted_start(self):
        wanted = self.headers.get("Range")
        same = self.headers.get("If-Range") == self.site.tag
        return int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and same else 0

    def log_message(self, *args):
        pass


@pytest.fixture
def site():
    """A web site on this machine: `files` by name, `requests` seen, and what can go wrong."""
    state = SimpleNamespace(files={}, requests=[], tag='"first"', hang_up_after=None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, site=state))
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()
    thread.join()
