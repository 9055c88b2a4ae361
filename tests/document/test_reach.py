"""A document reaches its own folder and what is allowed by name, and nothing else."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from specmill.document import access, limits
from specmill.document.checks.structure import check_structure
from specmill.document.positions import place_of
from tests.document.documents import EMPTY, bundled, error_of, write


def referring(folder: Path, reference: str) -> Path:
    """A document whose only schema refers to something."""
    return write(folder, openapi_yaml=EMPTY + f"components: {{schemas: {{A: {{$ref: {json.dumps(reference)}}}}}}}\n")


OUTSIDE = [
    "../secret.yaml",
    "models/../../secret.yaml",
    "%2e%2e/secret.yaml",
    "..%2Fsecret.yaml",
    "link.yaml",
    "folder/secret.yaml",
    "{folder}/secret.yaml",
    "file://{folder}/secret.yaml",
    "file://localhost{folder}/secret.yaml",
    "file:../secret.yaml",
    "file:%2e%2e/secret.yaml",
    "/etc/passwd",
    "file:///etc/passwd",
    "../nowhere.yaml",
]


def outside(folder: Path, reference: str, allow: tuple[str, ...] = ()) -> Any:
    inner = folder / "inner"
    text = EMPTY + "components: {schemas: {A: {properties: {x: {$ref: %s}}}}}\n"
    write(folder, secret_yaml="type: string\n", inner__openapi_yaml=text % json.dumps(reference.format(folder=folder)))
    if not (inner / "link.yaml").exists():
        (inner / "link.yaml").symlink_to(folder / "secret.yaml")
        (inner / "folder").symlink_to(folder)
    return bundled(inner, allow).tree


@pytest.mark.parametrize("reference", OUTSIDE)
def test_what_lies_outside_of_the_folder_is_refused(tmp_path: Path, reference: str) -> None:
    error = error_of(lambda: outside(tmp_path, reference))
    assert "leaves the document's folder" in error.message
    assert "allow = [" in error.hint
    assert "inner" not in error.hint


@pytest.mark.parametrize("reference", OUTSIDE[:11])
@pytest.mark.parametrize("allow", ["../secret.yaml", "../*.yaml", "{folder}/secret.yaml", "../**"])
def test_what_is_allowed_by_name_is_read(tmp_path: Path, reference: str, allow: str) -> None:
    tree = outside(tmp_path, reference, (allow.format(folder=tmp_path),))
    assert tree["components"]["schemas"]["secret"] == {"type": "string"}


@pytest.mark.parametrize(
    "allow", ["secret.yaml", "../secret", "../s*/**", "*", "../inner/**", "https://**", "../secret.yaml/x"]
)
def test_what_is_allowed_is_nothing_else(tmp_path: Path, allow: str) -> None:
    error_of(lambda: outside(tmp_path, "../secret.yaml", (allow,)))


def test_the_hint_of_a_refusal_is_what_allows_it(tmp_path: Path) -> None:
    hint = error_of(lambda: outside(tmp_path, "../secret.yaml")).hint
    allow = tuple(json.loads(hint.partition("allow = ")[2].partition("`")[0]))
    assert "secret" in outside(tmp_path, "../secret.yaml", allow)["components"]["schemas"]


def test_a_folder_that_is_reached_by_a_link_is_still_one_folder(tmp_path: Path) -> None:
    write(
        tmp_path,
        real__openapi_yaml=EMPTY + "components: {schemas: {A: {$ref: a.yaml}}}\n",
        real__a_yaml="type: string\n",
    )
    (tmp_path / "link").symlink_to(tmp_path / "real")
    document = bundled(tmp_path / "link")
    assert [file.name for file in document.files] == ["openapi.yaml", "a.yaml"]


NO_FILES: dict[
    str, tuple[Callable[[Path], object], str]
] = {  # what lies in the folder under the name that is referred to
    "a folder": (lambda path: path.mkdir(), "is a folder"),
    "a pipe": (os.mkfifo, "is no ordinary file"),
    "a link to a device": (lambda path: path.symlink_to("/dev/zero"), "leaves the document's folder"),
    "a link to itself": (lambda path: path.symlink_to(path), "is neither a file nor a URL"),
    "a link to nothing": (lambda path: path.symlink_to("nothing.yaml"), "there is no file"),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe\0a"), "is not UTF-8 text"),
    "an empty file": (lambda path: path.touch(), "the file is empty"),
    "a list": (lambda path: path.write_text("[1, 2]"), "a schema is a mapping"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("what", NO_FILES)
@pytest.mark.parametrize("reference", ["other.yaml", "./x/../other.yaml", "%6fther.yaml", "other.yaml#"])
def test_what_is_no_document_is_told_and_not_waited_for(what: str, reference: str, tmp_path: Path) -> None:
    make, message = NO_FILES[what]
    make(tmp_path / "other.yaml")
    referring(tmp_path, reference)
    error = error_of(lambda: check_structure(bundled(tmp_path)))
    assert message in str(error)
    assert error.place is not None


def test_a_device_that_is_allowed_is_no_file_all_the_same(tmp_path: Path) -> None:
    error = error_of(lambda: bundled(referring(tmp_path, "/dev/zero"), ("/dev/zero",)))
    assert "is no ordinary file" in error.message


# URLs


class Handler(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, body = {
            "/pet.yaml": (200, b"properties: {name: {$ref: 'name.yaml'}}"),
            "/name.yaml": (200, b"type: string"),
            "/bad.yaml": (200, b"a: ["),
            "/large.yaml": (200, b"a" * 1000),
            "/local.yaml": (200, b"$ref: 'file:///etc/passwd'"),
            "/moved.yaml": (302, b""),
        }.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/pet.yaml")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        Handler.asked.clear()
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def test_a_url_is_not_even_asked_unless_it_is_allowed(tmp_path: Path) -> None:
    with server() as url:
        error = error_of(lambda: bundled(referring(tmp_path, f"{url}/pet.yaml")))
        assert "leaves this machine" in error.message
        assert f'allow = ["{url}/pet.yaml"]' in error.hint
        referring(tmp_path, f"{url}/pet.yaml")
        error = error_of(lambda: bundled(tmp_path, (f"{url}/pet.yaml",)))
        assert f'allow = ["{url}/name.yaml"]' in error.hint
        assert Handler.asked == ["/pet.yaml"]


def test_an_allowed_url_is_fetched_and_an_input_like_a_file(tmp_path: Path) -> None:
    with server() as url:
        referring(tmp_path, f"{url}/pet.yaml")
        document = bundled(tmp_path, (f"{url}/*.yaml",))
    assert document.tree["components"]["schemas"] == {
        "A": {"properties": {"name": {"$ref": "#/components/schemas/name"}}},
        "name": {"type": "string"},
    }
    assert ["openapi.yaml", f"{url}/pet.yaml", f"{url}/name.yaml"] == [file.name for file in document.files]
    assert f"{url}/pet.yaml:1:1" in str(place_of(document, "/components/schemas/A/properties"))


FETCHES = [
    ("/nowhere.yaml", "cannot be fetched: 404"),
    ("/moved.yaml", "cannot be fetched: 302 /pet.yaml"),
    ("/large.yaml", "cannot be fetched: it has more than"),
    ("/bad.yaml", "this is not YAML"),
    ("/local.yaml", "leaves the document's folder"),
]


@pytest.mark.parametrize(("path", "message"), FETCHES)
def test_an_answer_that_is_no_document_is_told(
    tmp_path: Path, path: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FETCH_BYTES", 500)
    with server() as url:
        referring(tmp_path, f"{url}{path}")
        assert message in str(error_of(lambda: bundled(tmp_path, (f"{url}/**",))))


def test_a_server_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(limits, "FETCH_SECONDS", 0.05)
    monkeypatch.setattr(access, "_fetch", lambda url: answered.wait(5) and b"")
    referring(tmp_path, "https://example.com/x.yaml")
    error = error_of(lambda: bundled(tmp_path, ("https://example.com/x.yaml",)))
    answered.set()
    assert "no answer within 0.05 seconds" in str(error)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with server() as url:
        pass
    referring(tmp_path, f"{url}/x.yaml")
    assert "refused" in str(error_of(lambda: bundled(tmp_path, (f"{url}/x.yaml",))))
