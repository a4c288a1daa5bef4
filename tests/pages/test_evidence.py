"""Evidence on its pages: with script in parts, without it in one piece; custody, locks, strangers, downloads."""

from __future__ import annotations

import io
import re
import tempfile
from typing import Any

import pytest
from werkzeug import formparser
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from casework.crypto.streams import CHUNK_BYTES
from casework.services import evidence
from models.enums import CompartmentKind
from tests import make_files
from tests.make import Office
from tests.make_cases import build_wall, open_case, take_keys
from tests.page import Visitor

WORDS = {"kind": "medical", "description": "左眼的淤青", "origin": "她自己拍的", "made": "前天晚上"}
NAME = "急诊病历-周某英.jpg"


@pytest.fixture
def number(office: Office) -> str:
    with office.at_work():
        return open_case(office)


def a_file(content: bytes, name: str = NAME) -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(io.BytesIO(content), filename=name)


def add(
    visitor: Visitor, number: str, content: bytes, status: int = 200, name: str = NAME, **words: Any
) -> Any:
    """Adds a file without script."""
    visitor.get(f"/cases/{number}/evidence/new")
    button = "加密上传" if visitor.headers["Accept-Language"] == "zh-CN" else "Seal and upload"
    return visitor.submit(button, {**WORDS, **words, "file": a_file(content, name)}, status)


def send_whole(visitor: Visitor, number: str, content: bytes) -> TestResponse:
    """The same with a large file, whose request the test's own client would put on the disk."""
    assert visitor.page is not None
    token = str(visitor.page.one("main input[name=csrf_token]")["value"])
    boundary, body = encode_multipart({**WORDS, "csrf_token": token, "file": a_file(content)})
    return visitor.client.post(
        f"/cases/{number}/evidence/new",
        data=body,
        content_type=f'multipart/form-data; boundary="{boundary}"',
        headers=visitor.headers,
    )


class Script:
    """What upload.js does, step by step."""

    def __init__(self, visitor: Visitor, number: str) -> None:
        self.visitor = visitor
        page = visitor.get(f"/cases/{number}/evidence/new")
        self.token = str(page.one("main input[name=csrf_token]")["value"])
        self.begin_at = str(page.one("form[data-upload]")["data-upload"])

    def post(self, address: str, **sent: Any) -> TestResponse:
        """One request of the script."""
        headers = {**self.visitor.headers, "Accept": "application/json", "X-CSRFToken": self.token}
        return self.visitor.client.post(address, headers=headers, **sent)

    def begin(self, content: bytes, **changes: Any) -> TestResponse:
        """The words, and how long the file is."""
        return self.post(self.begin_at, data={**WORDS, "name": NAME, "size": str(len(content)), **changes})

    def part(self, address: str, index: int, content: bytes) -> TestResponse:
        """One part as bare bytes."""
        piece = content[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
        return self.post(f"{address}/{index}", data=piece, content_type="application/octet-stream")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_list_says_what_to_do(office: Office, number: str, language: str) -> None:
    page = office.visitor("caseworker", language=language).get(f"/cases/{number}/evidence")
    assert page.soup.select_one(".empty a")
    assert page.soup.select_one('.partnav a[aria-current="page"]')


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_script_a_small_file_comes_in_whole(office: Office, number: str, language: str) -> None:
    visitor = office.visitor("caseworker", language=language)
    page = add(visitor, number, make_files.jpeg(place=True))
    for word in ("左眼的淤青", "她自己拍的", "前天晚上", NAME, "何敏"):
        assert word in page.main
    assert page.soup.select_one(".field-warn")
    listed = visitor.get(f"/cases/{number}/evidence")
    assert "E01" in listed.main
    assert listed.soup.select_one(".ev-thumb img")
    assert NAME not in listed.soup.title.get_text()  # type: ignore[union-attr]


def test_a_file_without_script_never_touches_the_disk(
    office: Office, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> Any:
        raise AssertionError("a temporary file was asked for")

    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/evidence/new")
    for name in ("TemporaryFile", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
        monkeypatch.setattr(formparser, name, refuse, raising=False)
    assert send_whole(visitor, number, make_files.mp4(length=3_000_000)).status_code == 303
    assert "E01" in visitor.get(f"/cases/{number}/evidence").main


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", NAME, "这个文件是空的"),
        (b"MZ" + bytes(200), NAME, "不收这种文件"),
        (make_files.bomb(), "a.docx", "解开后大得不合常理"),
        (make_files.packed({"a.jpg": b"x"}), "a.zip", "不收压缩包"),
        (make_files.docx(**{"inner.zip": b"x"}), "a.docx", "还套着压缩包"),
        (make_files.jpeg(), "../../up.jpg", "文件名里有路径"),
    ],
)
def test_what_can_not_be_taken_gets_its_sentence(
    office: Office, number: str, content: bytes, name: str, sentence: str
) -> None:
    visitor = office.visitor("caseworker")
    page = add(visitor, number, content, 422, name)
    assert sentence in page.main
    # What was typed is still there.
    assert "左眼的淤青" in page.main
    assert "E01" not in visitor.get(f"/cases/{number}/evidence").main


def test_no_file_and_no_kind_are_told_beside_their_fields(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/evidence/new")
    assert "请从列表里选" in visitor.submit("加密上传", {"description": "x"}, 422).main
    assert "请先选一个文件" in visitor.submit("加密上传", {"kind": "medical"}, 422).main


@pytest.mark.parametrize(
    ("length", "status", "sentence"), [(3_600_000, 422, "一次最多收 3.5 MB"), (5_000_000, 413, "分块续传")]
)
def test_a_file_too_large_without_script_is_told_so(
    office: Office, number: str, length: int, status: int, sentence: str
) -> None:
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/evidence/new")
    answer = send_whole(visitor, number, make_files.mp4(length=length))
    assert answer.status_code == status
    assert sentence in answer.get_data(as_text=True)


def test_with_script_a_file_comes_in_parts_and_goes_on_after_a_cut(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    content = make_files.mp4(length=2 * CHUNK_BYTES + 77)
    script = Script(visitor, number)
    begun = script.begin(content).get_json()
    assert (begun["next"], begun["parts"], begun["part_bytes"]) == (0, 3, CHUNK_BYTES)
    assert script.part(begun["address"], 0, content).get_json() == {"next": 1}
    page = visitor.get(f"/cases/{number}/evidence")
    assert "没传完" in page.main
    assert NAME in page.main
    assert visitor.client.get(begun["address"]).get_json()["next"] == 1
    early = script.post(f"{begun['address']}/finish")
    assert (early.status_code, early.get_json()) == (
        422,
        {"errors": {"part": "文件还没有传完，请接着传"}},
    )
    assert script.part(begun["address"], 1, content).get_json() == {"next": 2}
    assert script.part(begun["address"], 1, content).get_json() == {"next": 2}
    assert script.part(begun["address"], 2, content).get_json() == {"next": 3}
    done = script.post(f"{begun['address']}/finish").get_json()
    assert "E01" in visitor.get(done["address"]).main
    assert "没传完" not in visitor.get(f"/cases/{number}/evidence").main


def test_the_script_is_told_in_sentences(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker", language="en")
    script = Script(visitor, number)
    for changes, field in (({"kind": ""}, "kind"), ({"size": "0"}, "file"), ({"name": "a/b.jpg"}, "file")):
        answer = script.begin(b"x", **changes)
        assert answer.status_code == 422
        assert list(answer.get_json()["errors"]) == [field]
        assert not re.search("[\u4e00-\u9fff⟦]", answer.get_json()["errors"][field])
    for size in ("-5", "x", "9" * 30):
        assert script.begin(b"x", size=size).status_code == 422
    begun = script.begin(b"MZ" + bytes(100)).get_json()
    script.part(begun["address"], 0, b"MZ" + bytes(100))
    refused = script.post(f"{begun['address']}/finish")
    assert refused.status_code == 422
    assert "not taken" in refused.get_json()["errors"]["file"]
    assert visitor.client.get(begun["address"]).status_code == 404


def test_a_part_without_the_token_or_too_long_is_refused(office: Office, number: str) -> None:
    script = Script(office.visitor("caseworker"), number)
    address = script.begin(bytes(CHUNK_BYTES)).get_json()["address"]
    assert script.visitor.client.post(f"{address}/0", data=bytes(CHUNK_BYTES)).status_code == 400
    assert script.post(f"{address}/0", data=bytes(CHUNK_BYTES + 1)).status_code == 422
    assert script.post(f"{address}/0", data=bytes(5 * 1024 * 1024)).status_code in (413, 422)
    assert script.post(f"{address}/7", data=bytes(CHUNK_BYTES)).status_code == 422
    assert script.visitor.client.get(address).get_json()["next"] == 0


def test_an_unfinished_file_is_thrown_away(office: Office, number: str) -> None:
    visitor = office.visitor("caseworker")
    Script(visitor, number).begin(b"x" * 10)
    visitor.get(f"/cases/{number}/evidence")
    assert "没传完的文件已经删掉" in visitor.submit("放弃这个文件").text
    assert "没传完" not in visitor.get(f"/cases/{number}/evidence").main


def added(office: Office, number: str, content: bytes, username: str = "caseworker") -> int:
    """A file in the case; gives its id."""
    page = add(office.visitor(username), number, content)
    return int(page.address.rpartition("/")[2])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_viewing_and_printing_stand_in_the_chain(office: Office, number: str, language: str) -> None:
    attachment_id = added(office, number, make_files.jpeg())
    visitor = office.visitor("colleague", language=language)
    page = visitor.get(f"/cases/{number}/evidence/{attachment_id}")
    assert "梁静" not in page.one("#custody").get_text()
    assert page.soup.select_one(".ev-picture") is None
    page = visitor.submit("打开查看" if language == "zh" else "View")
    assert page.soup.select_one(".ev-picture")
    assert "梁静" in page.one("#custody").get_text()
    sheet = visitor.submit("打印" if language == "zh" else "Print")
    assert sheet.soup.select_one(".ev-picture")
    assert re.search("[0-9a-f]{64}", sheet.main)
    assert len(visitor.get(f"/cases/{number}/evidence/{attachment_id}").soup.select("#custody tbody tr")) == 3


def test_a_download_is_neutral_streamed_and_resumes(office: Office, number: str) -> None:
    content = make_files.mp4(length=2 * 1024 * 1024 + 500)
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/evidence/new")
    attachment_id = int(send_whole(visitor, number, content).headers["Location"].rpartition("/")[2])
    client = office.visitor("colleague").client
    address = f"/cases/{number}/evidence/{attachment_id}/download"
    whole = client.get(address)
    assert whole.data == content
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{number}-E01.mp4"'
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Cache-Control"] == "no-store"
    assert whole.headers["Content-Length"] == str(len(content))
    assert "周某英" not in str(whole.headers)
    rest = client.get(address, headers={"Range": "bytes=2097100-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, content[2097100:])
    assert rest.headers["Content-Range"] == f"bytes 2097100-{len(content) - 1}/{len(content)}"
    assert client.get(address, headers={"Range": "bytes=0-9"}).data == content[:10]
    assert client.get(address, headers={"Range": "bytes=-10"}).data == content[-10:]
    other = client.get(address, headers={"Range": "bytes=5-", "If-Range": '"other"'})
    assert (other.status_code, other.data) == (200, content)
    assert client.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416
    for odd in ("bytes=0-1,5-6", "lines=1-2", "bytes=x"):
        assert client.get(address, headers={"Range": odd}).status_code == 200
    with office.at_work():
        kinds = [it.kind for it in evidence.one(office.actor("caseworker"), number, attachment_id).custody]
    assert kinds.count("copied") >= 6


def test_a_file_that_was_altered_is_not_sent(office: Office, number: str) -> None:
    attachment_id = added(office, number, make_files.jpeg())
    folder = office.settings.instance_path / "attachments"
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    visitor = office.visitor("caseworker")
    visitor.get(f"/cases/{number}/evidence/{attachment_id}/download", 409)


def test_two_people_correct_the_words_at_once(office: Office, number: str) -> None:
    attachment_id = added(office, number, make_files.jpeg())
    address = f"/cases/{number}/evidence/{attachment_id}/edit"
    first, second = office.visitor("caseworker"), office.visitor("colleague")
    first.get(address)
    second.get(address)
    first.submit("保存", {"description": "右眼的淤青", "kind": "police_record"})
    page = second.submit("保存", {"description": "两眼的淤青"}, 409)
    assert "右眼的淤青" in page.main
    assert "两眼的淤青" in page.main
    page = second.submit("保存")
    assert "两眼的淤青" in page.main


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_is_set_aside_with_its_reason(office: Office, number: str, language: str) -> None:
    attachment_id = added(office, number, make_files.jpeg())
    visitor = office.visitor("caseworker", language=language)
    visitor.get(f"/cases/{number}/evidence/{attachment_id}/set-aside")
    save = "保存" if language == "zh" else "Save"
    visitor.submit(save, {"reason": ""}, 422)
    assert "传错了个案" in visitor.submit(save, {"reason": "传错了个案"}).main
    assert "传错了个案" in visitor.get(f"/cases/{number}/evidence").one("#set-aside").get_text()


def addresses(number: str, attachment_id: int) -> list[tuple[str, str]]:
    """Every address of the part, with how it is asked for."""
    file = f"/cases/{number}/evidence/{attachment_id}"
    return [
        ("GET", f"/cases/{number}/evidence"),
        ("GET", f"/cases/{number}/evidence/new"),
        ("POST", f"/cases/{number}/evidence/new"),
        ("POST", f"/cases/{number}/evidence/uploads"),
        ("GET", f"/cases/{number}/evidence/uploads/{attachment_id}"),
        ("POST", f"/cases/{number}/evidence/uploads/{attachment_id}/0"),
        ("POST", f"/cases/{number}/evidence/uploads/{attachment_id}/finish"),
        ("POST", f"/cases/{number}/evidence/uploads/{attachment_id}/discard"),
        ("GET", file),
        ("POST", f"{file}/view"),
        ("POST", f"{file}/print"),
        ("GET", f"{file}/download"),
        ("GET", f"{file}/edit"),
        ("POST", f"{file}/edit"),
        ("GET", f"{file}/set-aside"),
        ("POST", f"{file}/set-aside"),
    ]


@pytest.mark.parametrize(
    "username", ["stranger", "lead2", "operator", "leader", "admin", "auditor", "shelter"]
)
def test_a_stranger_finds_nothing_anywhere(office: Office, number: str, username: str) -> None:
    attachment_id = added(office, number, make_files.jpeg())
    visitor = office.visitor(username)
    first = visitor.get("/account")
    token = str(first.one("input[name=csrf_token]")["value"])
    sent = {**WORDS, "name": NAME, "size": "5", "csrf_token": token, "reason": "x", "version": "1"}
    for method, address in addresses(number, attachment_id):
        answer = visitor.client.open(address, method=method, data=sent if method == "POST" else None)
        assert answer.status_code in (404, 422), (address, answer.status_code)
        assert "左眼" not in answer.get_data(as_text=True)
        if method == "GET":
            assert answer.status_code == 404


def test_behind_the_wall_and_without_a_key(office: Office, number: str) -> None:
    attachment_id = added(office, number, make_files.jpeg())
    file = f"/cases/{number}/evidence/{attachment_id}"
    with office.at_work():
        build_wall(office, "lead", number)
        take_keys(office, "colleague", CompartmentKind.ACCOUNT)
    office.visitor("lead").get(file, 404)
    visitor = office.visitor("colleague")
    listed = visitor.get(f"/cases/{number}/evidence")
    assert listed.soup.select(".locked-part")
    assert listed.soup.select_one("img") is None
    page = visitor.get(file)
    assert "左眼的淤青" not in page.text
    assert not page.has_button("打开查看")
    visitor.get(f"{file}/download", 403)
    visitor.get(f"{file}/edit", 403)
